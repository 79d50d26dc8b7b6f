/*
 * stress [-l] [CASE]...: every call of WASI preview1, one case a semantic. Works in a fresh directory of the
 * first preopen that lets it. Prints a line for each case; ends with the number of those that failed.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wasi/api.h>

typedef __wasi_fd_t fd_t;
#define ALL (~0ULL)
#define READ __WASI_RIGHTS_FD_READ
#define WRITE __WASI_RIGHTS_FD_WRITE
#define CREAT __WASI_OFLAGS_CREAT
#define EXCL __WASI_OFLAGS_EXCL
#define TRUNC __WASI_OFLAGS_TRUNC
#define DIRECTORY __WASI_OFLAGS_DIRECTORY
#define E(name) __WASI_ERRNO_##name

static fd_t base;
static const char *failed;
static char why[256];

/* Remembers the first thing that is not so. */
#define CHECK(condition)                                                                     \
  do {                                                                                       \
    if (!failed && !(condition)) {                                                           \
      snprintf(why, sizeof why, "line %d: %s", __LINE__, #condition);                        \
      failed = why;                                                                          \
    }                                                                                        \
  } while (0)
#define IS(call, errno_)                                                                     \
  do {                                                                                       \
    int got = (call);                                                                        \
    if (!failed && got != (errno_)) {                                                        \
      snprintf(why, sizeof why, "line %d: %s gave %d, not %d", __LINE__, #call, got, errno_); \
      failed = why;                                                                          \
    }                                                                                        \
  } while (0)
#define OK(call) IS(call, 0)

static int open_at(fd_t dir, const char *path, int lookup, int oflags, uint64_t rights, int fdflags, fd_t *fd) {
  return __wasi_path_open((int)dir, (unsigned)lookup, path, (__wasi_oflags_t)oflags, rights, ALL, (__wasi_fdflags_t)fdflags, fd);
}
static fd_t file(const char *path) {
  fd_t fd = 0;
  OK(open_at(base, path, 0, CREAT | TRUNC, READ | WRITE, 0, &fd));
  return fd;
}
static void put(fd_t fd, const char *text) {
  __wasi_ciovec_t out = {(const uint8_t *)text, strlen(text)};
  size_t written = 0;
  OK(__wasi_fd_write((int)fd, &out, 1, &written));
  CHECK(written == strlen(text));
}
static void make(const char *path, const char *text) {
  fd_t fd = file(path);
  put(fd, text);
  OK(__wasi_fd_close((int)fd));
}
static bool says(const char *path, const char *text) {
  fd_t fd;
  if (open_at(base, path, 1, 0, READ, 0, &fd)) return false;
  uint8_t buffer[256];
  __wasi_iovec_t in = {buffer, sizeof buffer};
  size_t count = 0;
  int error = __wasi_fd_read((int)fd, &in, 1, &count);
  (void)__wasi_fd_close((int)fd);
  return !error && count == strlen(text) && memcmp(buffer, text, count) == 0;
}
static uint64_t clock_of(int id) {
  __wasi_timestamp_t t = 0;
  OK(__wasi_clock_time_get((unsigned)id, 1, &t));
  return t;
}
#define MS 1000000ULL

static void arguments(void) {
  size_t count = 0, bytes = 0;
  OK(__wasi_args_sizes_get(&count, &bytes));
  CHECK(count >= 1 && count < 100 && bytes >= 2);
  uint8_t *list[100], *text = malloc(bytes);
  OK(__wasi_args_get(list, text));
  size_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += strlen((char *)list[i]) + 1;
  CHECK(sum == bytes);
  free(text);
}
static void environment(void) {
  size_t count = 0, bytes = 0;
  OK(__wasi_environ_sizes_get(&count, &bytes));
  uint8_t **list = malloc((count + 1) * sizeof *list), *text = malloc(bytes + 1);
  OK(__wasi_environ_get(list, text));
  for (size_t i = 0; i < count; i++) CHECK(strchr((char *)list[i], '='));
  free(list);
  free(text);
}
static void clocks(void) {
  __wasi_timestamp_t t;
  OK(__wasi_clock_res_get(0, &t));
  CHECK(t > 0 && t < 100 * MS);
  OK(__wasi_clock_res_get(1, &t));
  CHECK(clock_of(0) > 1500000000ULL * 1000 * MS);
  IS(__wasi_clock_time_get(77, 1, &t), E(INVAL));
  IS(__wasi_clock_res_get(77, &t), E(INVAL));
}
static void monotonic(void) {
  uint64_t last = clock_of(1);
  for (int i = 0; i < 1000; i++) {
    uint64_t next = clock_of(1);
    CHECK(next > last);
    last = next;
  }
}
static void randomness(void) {
  static uint8_t big[200000];
  OK(__wasi_random_get(big, sizeof big));
  int seen[256] = {0}, kinds = 0;
  for (size_t i = 0; i < sizeof big; i++) kinds += !seen[big[i]]++;
  CHECK(kinds == 256);
  OK(__wasi_random_get(big, 0));
}
static void yield(void) { OK(__wasi_sched_yield()); }
static void lowest_free(void) {
  fd_t a = file("a"), b = file("b"), c = file("c"), d;
  CHECK(b == a + 1 && c == b + 1);
  OK(__wasi_fd_close((int)b));
  OK(open_at(base, "a", 0, 0, READ, 0, &d));
  CHECK(d == b);
  OK(__wasi_fd_close((int)a));
  OK(__wasi_fd_close((int)c));
  OK(__wasi_fd_close((int)d));
  IS(__wasi_fd_close((int)d), E(BADF));
}
static void read_write(void) {
  fd_t fd = file("f");
  uint8_t one[3], two[100];
  __wasi_ciovec_t out[3] = {{(const uint8_t *)"abc", 3}, {(const uint8_t *)"", 0}, {(const uint8_t *)"defgh", 5}};
  __wasi_iovec_t in[2] = {{one, 3}, {two, sizeof two}};
  size_t count;
  __wasi_filesize_t at;
  OK(__wasi_fd_write((int)fd, out, 3, &count));
  CHECK(count == 8);
  OK(__wasi_fd_seek((int)fd, 0, __WASI_WHENCE_SET, &at));
  OK(__wasi_fd_read((int)fd, in, 2, &count));
  CHECK(count == 8 && memcmp(one, "abc", 3) == 0 && memcmp(two, "defgh", 5) == 0);
  OK(__wasi_fd_read((int)fd, in, 2, &count));
  CHECK(count == 0);
  OK(__wasi_fd_close((int)fd));
}
static void positions(void) {
  fd_t fd = file("f");
  __wasi_filesize_t at = 9;
  uint8_t byte;
  __wasi_iovec_t in = {&byte, 1};
  __wasi_ciovec_t out = {(const uint8_t *)"X", 1};
  size_t count;
  put(fd, "0123456789");
  OK(__wasi_fd_tell((int)fd, &at));
  CHECK(at == 10);
  OK(__wasi_fd_seek((int)fd, -3, __WASI_WHENCE_END, &at));
  CHECK(at == 7);
  OK(__wasi_fd_seek((int)fd, -2, __WASI_WHENCE_CUR, &at));
  CHECK(at == 5);
  IS(__wasi_fd_seek((int)fd, -1, __WASI_WHENCE_SET, &at), E(INVAL));
  IS(__wasi_fd_seek((int)fd, 0, 9, &at), E(INVAL));
  OK(__wasi_fd_pread((int)fd, &in, 1, 2, &count));
  CHECK(byte == '2');
  OK(__wasi_fd_pwrite((int)fd, &out, 1, 8, &count));
  OK(__wasi_fd_tell((int)fd, &at));
  CHECK(at == 5);
  OK(__wasi_fd_seek((int)fd, 100, __WASI_WHENCE_SET, &at));
  OK(__wasi_fd_read((int)fd, &in, 1, &count));
  CHECK(count == 0);
  OK(__wasi_fd_close((int)fd));
  CHECK(says("f", "01234567X9"));
}
static void modes(void) {
  fd_t fd;
  uint8_t byte;
  __wasi_iovec_t in = {&byte, 1};
  __wasi_ciovec_t out = {&byte, 1};
  size_t count;
  make("f", "x");
  OK(open_at(base, "f", 0, 0, WRITE, 0, &fd));
  IS(__wasi_fd_read((int)fd, &in, 1, &count), E(BADF));
  OK(__wasi_fd_close((int)fd));
  OK(open_at(base, "f", 0, 0, READ, 0, &fd));
  IS(__wasi_fd_write((int)fd, &out, 1, &count), E(BADF));
  OK(__wasi_fd_close((int)fd));
}
static void append(void) {
  fd_t fd;
  __wasi_filesize_t at;
  __wasi_ciovec_t out = {(const uint8_t *)"Z", 1};
  size_t count;
  make("f", "abc");
  OK(open_at(base, "f", 0, 0, READ | WRITE, __WASI_FDFLAGS_APPEND, &fd));
  OK(__wasi_fd_seek((int)fd, 0, __WASI_WHENCE_SET, &at));
  put(fd, "d");
  OK(__wasi_fd_pwrite((int)fd, &out, 1, 0, &count));
  OK(__wasi_fd_fdstat_set_flags((int)fd, 0));
  OK(__wasi_fd_seek((int)fd, 0, __WASI_WHENCE_SET, &at));
  put(fd, "A");
  OK(__wasi_fd_close((int)fd));
  CHECK(says("f", "AbcdZ"));
}
static void open_flags(void) {
  fd_t fd;
  IS(open_at(base, "none", 0, 0, READ, 0, &fd), E(NOENT));
  make("f", "abc");
  IS(open_at(base, "f", 0, CREAT | EXCL, READ, 0, &fd), E(EXIST));
  IS(open_at(base, "f", 0, DIRECTORY, READ, 0, &fd), E(NOTDIR));
  OK(open_at(base, "f", 0, TRUNC, READ | WRITE, 0, &fd));
  OK(__wasi_fd_close((int)fd));
  CHECK(says("f", ""));
}
static void directory_for_writing(void) {
  fd_t fd;
  OK(__wasi_path_create_directory((int)base, "d"));
  IS(open_at(base, "d", 0, 0, READ | WRITE, 0, &fd), E(ISDIR));
  IS(open_at(base, "d", 0, DIRECTORY, READ | WRITE, 0, &fd), E(ISDIR));
  OK(open_at(base, "d", 0, DIRECTORY, READ, 0, &fd));
  uint8_t byte;
  __wasi_iovec_t in = {&byte, 1};
  __wasi_ciovec_t out = {&byte, 1};
  size_t count;
  CHECK(__wasi_fd_read((int)fd, &in, 1, &count));
  CHECK(__wasi_fd_write((int)fd, &out, 1, &count));
  OK(__wasi_fd_close((int)fd));
}
static void empty_names(void) {
  fd_t fd;
  __wasi_filestat_t stat;
  IS(open_at(base, "", 0, 0, READ, 0, &fd), E(NOENT));
  IS(__wasi_path_filestat_get((int)base, 0, "", &stat), E(NOENT));
  IS(__wasi_path_create_directory((int)base, ""), E(NOENT));
  IS(__wasi_path_unlink_file((int)base, ""), E(NOENT));
}
static void trailing_slashes(void) {
  fd_t fd;
  __wasi_filestat_t stat;
  make("f", "");
  OK(__wasi_path_create_directory((int)base, "d/"));
  IS(__wasi_path_filestat_get((int)base, 0, "f/", &stat), E(NOTDIR));
  OK(__wasi_path_filestat_get((int)base, 0, "d/", &stat));
  IS(open_at(base, "f/", 0, 0, READ, 0, &fd), E(NOTDIR));
  IS(__wasi_path_unlink_file((int)base, "f/"), E(NOTDIR));
  CHECK(__wasi_path_rename((int)base, "f", (int)base, "g/"));
  OK(__wasi_path_rename((int)base, "d/", (int)base, "e/"));
  OK(__wasi_path_remove_directory((int)base, "e/"));
}
static void dots(void) {
  fd_t fd, sub;
  __wasi_filestat_t a, b;
  OK(__wasi_path_create_directory((int)base, "d"));
  make("d/f", "x");
  OK(__wasi_path_filestat_get((int)base, 0, "./d/../d/./f", &a));
  OK(__wasi_path_filestat_get((int)base, 0, "d//f", &b));
  CHECK(a.ino == b.ino);
  IS(__wasi_path_filestat_get((int)base, 0, "none/../d", &a), E(NOENT));
  IS(__wasi_path_filestat_get((int)base, 0, "d/f/..", &a), E(NOTDIR));
  OK(open_at(base, "d", 0, DIRECTORY, READ, 0, &sub));
  CHECK(open_at(sub, "../d/f", 0, 0, READ, 0, &fd) == E(NOTCAPABLE));
  CHECK(open_at(sub, "/d/f", 0, 0, READ, 0, &fd) == E(NOTCAPABLE));
  OK(__wasi_fd_close((int)sub));
}
static void names(void) {
  fd_t fd;
  static char longer[400];
  memset(longer, 'n', 300);
  IS(open_at(base, longer, 0, CREAT, WRITE, 0, &fd), E(NAMETOOLONG));
  IS(open_at(base, "bad\xff", 0, CREAT, WRITE, 0, &fd), E(ILSEQ));
  make("snow\xe2\x98\x83man \\ \"quoted\"", "ok");
  CHECK(says("snow\xe2\x98\x83man \\ \"quoted\"", "ok"));
}
static void symlinks(void) {
  fd_t fd;
  make("f", "data");
  OK(__wasi_path_symlink("f", (int)base, "l"));
  CHECK(says("l", "data"));
  IS(open_at(base, "l", 0, 0, READ, 0, &fd), E(LOOP));
  __wasi_filestat_t stat;
  OK(__wasi_path_filestat_get((int)base, 0, "l", &stat));
  CHECK(stat.filetype == __WASI_FILETYPE_SYMBOLIC_LINK && stat.size == 1);
  OK(__wasi_path_filestat_get((int)base, 1, "l", &stat));
  CHECK(stat.filetype == __WASI_FILETYPE_REGULAR_FILE && stat.size == 4);
  IS(__wasi_path_symlink("x", (int)base, "l"), E(EXIST));
  OK(__wasi_path_unlink_file((int)base, "l"));
  CHECK(says("f", "data"));
}
static void dangling(void) {
  fd_t fd;
  OK(__wasi_path_symlink("target", (int)base, "l"));
  IS(open_at(base, "l", 1, 0, READ, 0, &fd), E(NOENT));
  IS(open_at(base, "l", 0, CREAT | EXCL, WRITE, 0, &fd), E(EXIST));
  OK(open_at(base, "l", 1, CREAT, WRITE, 0, &fd));
  put(fd, "made");
  OK(__wasi_fd_close((int)fd));
  CHECK(says("target", "made"));
}
static void looping(void) {
  fd_t fd;
  __wasi_filestat_t stat;
  OK(__wasi_path_symlink("b", (int)base, "a"));
  OK(__wasi_path_symlink("a", (int)base, "b"));
  IS(open_at(base, "a", 1, 0, READ, 0, &fd), E(LOOP));
  IS(__wasi_path_filestat_get((int)base, 1, "a/x", &stat), E(LOOP));
  OK(__wasi_path_filestat_get((int)base, 0, "a", &stat));
}
static void readlink_short(void) {
  uint8_t buffer[8] = "zzzzzzz";
  size_t used = 0;
  OK(__wasi_path_symlink("0123456789", (int)base, "l"));
  OK(__wasi_path_readlink((int)base, "l", buffer, 4, &used));
  CHECK(used == 4 && memcmp(buffer, "0123zzz", 7) == 0);
  OK(__wasi_path_readlink((int)base, "l", buffer, 0, &used));
  CHECK(used == 0);
  make("f", "");
  IS(__wasi_path_readlink((int)base, "f", buffer, 8, &used), E(INVAL));
  IS(__wasi_path_readlink((int)base, "none", buffer, 8, &used), E(NOENT));
}
static void links(void) {
  __wasi_filestat_t a, b;
  make("f", "x");
  OK(__wasi_path_link((int)base, 0, "f", (int)base, "g"));
  OK(__wasi_path_filestat_get((int)base, 0, "f", &a));
  OK(__wasi_path_filestat_get((int)base, 0, "g", &b));
  CHECK(a.ino == b.ino && a.dev == b.dev && a.nlink == 2);
  make("h", "other");
  IS(__wasi_path_link((int)base, 0, "f", (int)base, "h"), E(EXIST));
  CHECK(says("h", "other"));
  OK(__wasi_path_create_directory((int)base, "d"));
  IS(__wasi_path_link((int)base, 0, "d", (int)base, "e"), E(PERM));
  OK(__wasi_path_unlink_file((int)base, "f"));
  CHECK(says("g", "x"));
}
static void renames(void) {
  make("a", "1");
  make("b", "2");
  OK(__wasi_path_rename((int)base, "a", (int)base, "b"));
  CHECK(says("b", "1") && !says("a", "1"));
  OK(__wasi_path_create_directory((int)base, "d"));
  OK(__wasi_path_create_directory((int)base, "e"));
  OK(__wasi_path_create_directory((int)base, "full"));
  make("full/x", "");
  IS(__wasi_path_rename((int)base, "b", (int)base, "d"), E(ISDIR));
  IS(__wasi_path_rename((int)base, "d", (int)base, "b"), E(NOTDIR));
  IS(__wasi_path_rename((int)base, "d", (int)base, "full"), E(NOTEMPTY));
  IS(__wasi_path_rename((int)base, "d", (int)base, "d/sub"), E(INVAL));
  OK(__wasi_path_rename((int)base, "d", (int)base, "e"));
  OK(__wasi_path_rename((int)base, "b", (int)base, "b"));
  IS(__wasi_path_rename((int)base, "none", (int)base, "x"), E(NOENT));
}
static void removals(void) {
  OK(__wasi_path_create_directory((int)base, "d"));
  make("d/f", "");
  IS(__wasi_path_remove_directory((int)base, "d"), E(NOTEMPTY));
  CHECK(__wasi_path_unlink_file((int)base, "d") == E(ISDIR));
  IS(__wasi_path_remove_directory((int)base, "d/f"), E(NOTDIR));
  OK(__wasi_path_unlink_file((int)base, "d/f"));
  OK(__wasi_path_remove_directory((int)base, "d"));
  IS(__wasi_path_remove_directory((int)base, "d"), E(NOENT));
}
static void removed_while_open(void) {
  fd_t fd = file("f");
  put(fd, "still");
  OK(__wasi_path_unlink_file((int)base, "f"));
  uint8_t buffer[8];
  __wasi_iovec_t in = {buffer, 8};
  size_t count;
  OK(__wasi_fd_pread((int)fd, &in, 1, 0, &count));
  CHECK(count == 5);
  OK(__wasi_fd_close((int)fd));
}
static int list(fd_t dir, size_t room, char *names, size_t size) {
  uint8_t *buffer = malloc(room);
  __wasi_dircookie_t cookie = 0;
  int count = 0;
  names[0] = 0;
  for (;;) {
    size_t used = 0;
    OK(__wasi_fd_readdir((int)dir, buffer, room, cookie, &used));
    size_t at = 0;
    while (at + sizeof(__wasi_dirent_t) <= used) {
      __wasi_dirent_t entry;
      memcpy(&entry, buffer + at, sizeof entry);
      if (at + sizeof entry + entry.d_namlen > used) break;
      if (strlen(names) + entry.d_namlen + 2 < size) {
        strncat(names, (char *)buffer + at + sizeof entry, entry.d_namlen);
        strcat(names, " ");
      }
      cookie = entry.d_next;
      at += sizeof entry + entry.d_namlen;
      count++;
    }
    if (used < room || failed) break;
  }
  free(buffer);
  return count;
}
static void listing(void) {
  static char names[8192];
  fd_t dir;
  OK(__wasi_path_create_directory((int)base, "d"));
  for (int i = 0; i < 300; i++) {
    char name[32];
    snprintf(name, sizeof name, "d/file-%03d", i);
    make(name, "");
  }
  OK(open_at(base, "d", 0, DIRECTORY, READ, 0, &dir));
  CHECK(list(dir, 64 + 16, names, sizeof names) == 302);
  CHECK(list(dir, 4096, names, sizeof names) == 302);
  CHECK(strstr(names, ". .. ") == names && strstr(names, "file-299"));
  OK(__wasi_fd_close((int)dir));
}
static void listing_while_changing(void) {
  fd_t dir;
  uint8_t buffer[60];
  size_t used;
  OK(__wasi_path_create_directory((int)base, "d"));
  make("d/x", "");
  make("d/y", "");
  make("d/z", "");
  OK(open_at(base, "d", 0, DIRECTORY, READ, 0, &dir));
  __wasi_dircookie_t cookie = 0;
  int seen = 0;
  for (int i = 0; i < 10; i++) {
    OK(__wasi_fd_readdir((int)dir, buffer, sizeof buffer, cookie, &used));
    if (used < sizeof(__wasi_dirent_t)) break;
    __wasi_dirent_t entry;
    memcpy(&entry, buffer, sizeof entry);
    if (entry.d_namlen == 1 && buffer[sizeof entry] >= 'x') {
      char name[4] = {'d', '/', (char)buffer[sizeof entry], 0};
      OK(__wasi_path_unlink_file((int)base, name));
      seen++;
    }
    cookie = entry.d_next;
  }
  CHECK(seen == 3);
  OK(__wasi_fd_close((int)dir));
}
static void inode_numbers(void) {
  fd_t dir;
  uint8_t buffer[512];
  size_t used;
  __wasi_filestat_t stat;
  OK(__wasi_path_create_directory((int)base, "d"));
  make("d/f", "");
  OK(open_at(base, "d", 0, DIRECTORY, READ, 0, &dir));
  OK(__wasi_fd_readdir((int)dir, buffer, sizeof buffer, 2, &used));
  __wasi_dirent_t entry;
  memcpy(&entry, buffer, sizeof entry);
  OK(__wasi_path_filestat_get((int)dir, 0, "f", &stat));
  CHECK(entry.d_ino == stat.ino && entry.d_type == __WASI_FILETYPE_REGULAR_FILE);
  IS(__wasi_fd_readdir(0, buffer, sizeof buffer, 0, &used), E(NOTDIR));
  OK(__wasi_fd_close((int)dir));
}
static void file_times(void) {
  __wasi_filestat_t stat;
  fd_t fd = file("f");
  OK(__wasi_fd_filestat_set_times((int)fd, 123456789, 987654321, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_MTIM));
  OK(__wasi_fd_filestat_get((int)fd, &stat));
  CHECK(stat.atim == 123456789 && stat.mtim == 987654321 && stat.size == 0);
  OK(__wasi_fd_filestat_set_times((int)fd, 5, 6, __WASI_FSTFLAGS_MTIM_NOW));
  OK(__wasi_fd_filestat_get((int)fd, &stat));
  CHECK(stat.atim == 123456789 && stat.mtim > 1500000000ULL * 1000 * MS);
  IS(__wasi_fd_filestat_set_times((int)fd, 1, 1, __WASI_FSTFLAGS_ATIM | __WASI_FSTFLAGS_ATIM_NOW), E(INVAL));
  IS(__wasi_path_filestat_set_times((int)base, 0, "f", 1, 1, __WASI_FSTFLAGS_MTIM | __WASI_FSTFLAGS_MTIM_NOW), E(INVAL));
  OK(__wasi_path_filestat_set_times((int)base, 0, "f", 42000, 0, __WASI_FSTFLAGS_ATIM));
  OK(__wasi_path_filestat_get((int)base, 0, "f", &stat));
  CHECK(stat.atim == 42000);
  OK(__wasi_fd_close((int)fd));
}
static void link_times(void) {
  __wasi_filestat_t f, l;
  make("f", "");
  OK(__wasi_path_symlink("f", (int)base, "l"));
  OK(__wasi_path_filestat_set_times((int)base, 0, "l", 0, 7000, __WASI_FSTFLAGS_MTIM));
  OK(__wasi_path_filestat_set_times((int)base, 1, "l", 0, 9000, __WASI_FSTFLAGS_MTIM));
  OK(__wasi_path_filestat_get((int)base, 0, "f", &f));
  OK(__wasi_path_filestat_get((int)base, 0, "l", &l));
  CHECK(f.mtim == 9000 && l.mtim == 7000);
}
static void sizes(void) {
  __wasi_filestat_t stat;
  fd_t fd = file("f");
  put(fd, "abc");
  OK(__wasi_fd_filestat_set_size((int)fd, 6));
  OK(__wasi_fd_filestat_get((int)fd, &stat));
  CHECK(stat.size == 6);
  OK(__wasi_fd_allocate((int)fd, 4, 4));
  OK(__wasi_fd_filestat_get((int)fd, &stat));
  CHECK(stat.size == 8);
  OK(__wasi_fd_allocate((int)fd, 0, 2));
  OK(__wasi_fd_filestat_get((int)fd, &stat));
  CHECK(stat.size == 8);
  OK(__wasi_fd_filestat_set_size((int)fd, 2));
  OK(__wasi_fd_advise((int)fd, 0, 10, __WASI_ADVICE_SEQUENTIAL));
  OK(__wasi_fd_sync((int)fd));
  OK(__wasi_fd_datasync((int)fd));
  OK(__wasi_fd_close((int)fd));
  CHECK(says("f", "ab"));
}
static void sparse(void) {
  fd_t fd = file("f");
  __wasi_ciovec_t out = {(const uint8_t *)"end", 3};
  uint8_t buffer[16];
  __wasi_iovec_t in = {buffer, 16};
  size_t count;
  OK(__wasi_fd_pwrite((int)fd, &out, 1, 10, &count));
  OK(__wasi_fd_pread((int)fd, &in, 1, 0, &count));
  CHECK(count == 13 && memcmp(buffer, "\0\0\0\0\0\0\0\0\0\0end", 13) == 0);
  OK(__wasi_fd_close((int)fd));
}
static void renumber(void) {
  fd_t a = file("a"), b = file("b");
  put(a, "from a");
  OK(__wasi_fd_renumber((int)a, (int)b));
  IS(__wasi_fd_close((int)a), E(BADF));
  put(b, ", more");
  OK(__wasi_fd_close((int)b));
  CHECK(says("a", "from a, more") && says("b", ""));
  IS(__wasi_fd_renumber(99, 1), E(BADF));
}
static void rights(void) {
  fd_t fd = file("f"), dir;
  __wasi_fdstat_t stat;
  OK(__wasi_fd_fdstat_get((int)fd, &stat));
  CHECK(stat.fs_filetype == __WASI_FILETYPE_REGULAR_FILE && (stat.fs_rights_base & (READ | WRITE)) == (READ | WRITE));
  IS(__wasi_fd_fdstat_set_rights((int)fd, ALL, 0), E(NOTCAPABLE));
  OK(__wasi_fd_fdstat_set_rights((int)fd, READ, 0));
  __wasi_ciovec_t out = {(const uint8_t *)"x", 1};
  size_t count;
  CHECK(__wasi_fd_write((int)fd, &out, 1, &count));
  IS(__wasi_fd_fdstat_set_rights((int)fd, READ | WRITE, 0), E(NOTCAPABLE));
  OK(__wasi_fd_close((int)fd));
  OK(open_at(base, ".", 0, DIRECTORY, READ, 0, &dir));
  OK(__wasi_fd_fdstat_get((int)dir, &stat));
  CHECK(stat.fs_filetype == __WASI_FILETYPE_DIRECTORY && !(stat.fs_rights_base & (__WASI_RIGHTS_FD_SEEK | WRITE)));
  OK(__wasi_fd_close((int)dir));
}
static void rights_given_up(void) {
  fd_t dir, fd;
  __wasi_fdstat_t stat;
  make("f", "x");
  OK(__wasi_path_open((int)base, 0, ".", DIRECTORY,
                      __WASI_RIGHTS_PATH_OPEN | __WASI_RIGHTS_PATH_FILESTAT_SET_SIZE | __WASI_RIGHTS_PATH_UNLINK_FILE, ALL, 0, &dir));
  OK(__wasi_fd_fdstat_get((int)dir, &stat));
  OK(__wasi_fd_fdstat_set_rights((int)dir, __WASI_RIGHTS_PATH_OPEN, stat.fs_rights_inheriting & ~WRITE));
  IS(open_at(dir, "f", 0, TRUNC, READ, 0, &fd), E(NOTCAPABLE));
  IS(__wasi_path_open((int)dir, 0, "f", 0, WRITE, 0, 0, &fd), E(NOTCAPABLE));
  IS(__wasi_path_unlink_file((int)dir, "f"), E(NOTCAPABLE));
  OK(__wasi_path_open((int)dir, 0, "f", 0, READ, 0, 0, &fd));
  OK(__wasi_fd_close((int)fd));
  OK(__wasi_fd_close((int)dir));
}
static void preopens(void) {
  __wasi_prestat_t stat;
  OK(__wasi_fd_prestat_get(3, &stat));
  uint8_t name[256];
  CHECK(stat.tag == 0 && stat.u.dir.pr_name_len > 0 && stat.u.dir.pr_name_len < sizeof name);
  OK(__wasi_fd_prestat_dir_name(3, name, stat.u.dir.pr_name_len));
  CHECK(__wasi_fd_prestat_dir_name(3, name, stat.u.dir.pr_name_len - 1));
  IS(__wasi_fd_prestat_get((int)base, &stat), E(BADF));
  IS(__wasi_fd_prestat_get(99, &stat), E(BADF));
}
static void sockets(void) {
  size_t count;
  uint16_t flags;
  uint8_t byte;
  fd_t fd = file("f"), other;
  __wasi_iovec_t in = {&byte, 1};
  IS(__wasi_sock_shutdown(99, 1), E(BADF));
  IS(__wasi_sock_shutdown((int)fd, 1), E(NOTSOCK));
  IS(__wasi_sock_accept((int)fd, 0, &other), E(NOTSOCK));
  IS(__wasi_sock_recv((int)fd, &in, 1, 0, &count, &flags), E(NOTSOCK));
  OK(__wasi_fd_close((int)fd));
}
static __wasi_subscription_t on_clock(int id, uint64_t timeout, int flags, uint64_t userdata) {
  __wasi_subscription_t s = {.userdata = userdata, .u.tag = __WASI_EVENTTYPE_CLOCK};
  s.u.u.clock.id = (unsigned)id;
  s.u.u.clock.timeout = timeout;
  s.u.u.clock.flags = (__wasi_subclockflags_t)flags;
  return s;
}
static __wasi_subscription_t on_fd(int type, int fd, uint64_t userdata) {
  __wasi_subscription_t s = {.userdata = userdata, .u.tag = (uint8_t)type};
  s.u.u.fd_read.file_descriptor = fd;
  return s;
}
static void sleeping(void) {
  __wasi_subscription_t s = on_clock(1, 20 * MS, 0, 7);
  __wasi_event_t event;
  size_t count = 9;
  uint64_t from = clock_of(1);
  OK(__wasi_poll_oneoff(&s, &event, 1, &count));
  uint64_t slept = clock_of(1) - from;
  CHECK(count == 1 && event.userdata == 7 && event.error == 0 && event.type == 0);
  CHECK(slept >= 20 * MS && slept < 2000 * MS);
}
static void sleeping_until(void) {
  for (int id = 0; id < 2; id++) {
    uint64_t from = clock_of(1);
    __wasi_subscription_t s = on_clock(id, clock_of(id) + 20 * MS, 1, 1);
    __wasi_event_t event;
    size_t count = 0;
    OK(__wasi_poll_oneoff(&s, &event, 1, &count));
    uint64_t slept = clock_of(1) - from;
    CHECK(count == 1 && slept >= 18 * MS && slept < 2000 * MS);
    s = on_clock(id, clock_of(id) - 5 * MS, 1, 1);
    from = clock_of(1);
    OK(__wasi_poll_oneoff(&s, &event, 1, &count));
    CHECK(count == 1 && clock_of(1) - from < 1000 * MS);
  }
}
static void several_clocks(void) {
  __wasi_subscription_t s[3] = {on_clock(1, 10000 * MS, 0, 1), on_clock(1, 10 * MS, 0, 2), on_clock(0, 20000 * MS, 0, 3)};
  __wasi_event_t event[3];
  size_t count = 0;
  OK(__wasi_poll_oneoff(s, event, 3, &count));
  CHECK(count == 1 && event[0].userdata == 2);
  IS(__wasi_poll_oneoff(s, event, 0, &count), E(INVAL));
  s[0] = on_clock(55, 0, 0, 9);
  OK(__wasi_poll_oneoff(s, event, 1, &count));
  CHECK(count == 1 && event[0].error == E(INVAL));
}
static void polling_files(void) {
  fd_t fd = file("f");
  put(fd, "abcde");
  __wasi_filesize_t at;
  OK(__wasi_fd_seek((int)fd, 2, __WASI_WHENCE_SET, &at));
  __wasi_subscription_t s[4] = {on_fd(__WASI_EVENTTYPE_FD_READ, (int)fd, 1), on_fd(__WASI_EVENTTYPE_FD_WRITE, (int)fd, 2),
                                on_clock(1, 60000 * MS, 0, 3), on_fd(__WASI_EVENTTYPE_FD_READ, 99, 4)};
  __wasi_event_t event[4];
  size_t count = 0;
  OK(__wasi_poll_oneoff(s, event, 4, &count));
  CHECK(count == 3 && event[0].userdata == 1 && event[0].fd_readwrite.nbytes == 3);
  CHECK(event[1].userdata == 2 && event[2].userdata == 4 && event[2].error == E(BADF));
  OK(__wasi_fd_close((int)fd));
}
static void polling_output(void) {
  __wasi_subscription_t s[2] = {on_fd(__WASI_EVENTTYPE_FD_WRITE, 1, 1), on_clock(1, 60000 * MS, 0, 3)};
  __wasi_event_t event[2];
  size_t count = 0;
  OK(__wasi_poll_oneoff(s, event, 2, &count));
  CHECK(count == 1 && event[0].userdata == 1 && event[0].error == 0);
}
static void streams(void) {
  __wasi_filesize_t at;
  __wasi_fdstat_t stat;
  OK(__wasi_fd_fdstat_get(1, &stat));
  if (stat.fs_filetype == __WASI_FILETYPE_REGULAR_FILE) return;
  IS(__wasi_fd_seek(1, 0, __WASI_WHENCE_SET, &at), E(SPIPE));
  IS(__wasi_fd_tell(1, &at), E(SPIPE));
}
static void bad_pointers(void) {
  fd_t fd = file("f");
  put(fd, "data");
  uint8_t *outside = (uint8_t *)0xfffffff0u;
  size_t count;
  __wasi_iovec_t in = {outside, 100};
  CHECK(__wasi_fd_pread((int)fd, &in, 1, 0, &count));
  __wasi_ciovec_t out = {outside, 100};
  CHECK(__wasi_fd_write((int)fd, &out, 1, &count));
  CHECK(__wasi_random_get(outside, 100));
  CHECK(__wasi_fd_fdstat_get((int)fd, (void *)outside));
  CHECK(__wasi_args_get((uint8_t **)outside, outside));
  OK(__wasi_fd_close((int)fd));
}
static void large(void) {
  static uint8_t data[3 << 20], back[3 << 20];
  for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(i * 7 + (i >> 12));
  fd_t fd = file("f");
  size_t done = 0, count;
  while (done < sizeof data && !failed) {
    __wasi_ciovec_t out = {data + done, sizeof data - done};
    OK(__wasi_fd_write((int)fd, &out, 1, &count));
    CHECK(count > 0);
    done += count;
  }
  for (done = 0; done < sizeof back && !failed; done += count) {
    __wasi_iovec_t in = {back + done, sizeof back - done};
    OK(__wasi_fd_pread((int)fd, &in, 1, done, &count));
    CHECK(count > 0);
  }
  CHECK(memcmp(data, back, sizeof data) == 0);
  OK(__wasi_fd_close((int)fd));
}

static const struct {
  const char *name;
  void (*run)(void);
} cases[] = {
#define CASE(name) {#name, name}
    CASE(arguments), CASE(environment), CASE(clocks), CASE(monotonic), CASE(randomness), CASE(yield), CASE(lowest_free),
    CASE(read_write), CASE(positions), CASE(modes), CASE(append), CASE(open_flags), CASE(directory_for_writing),
    CASE(empty_names), CASE(trailing_slashes), CASE(dots), CASE(names), CASE(symlinks), CASE(dangling), CASE(looping),
    CASE(readlink_short), CASE(links), CASE(renames), CASE(removals), CASE(removed_while_open), CASE(listing),
    CASE(listing_while_changing), CASE(inode_numbers), CASE(file_times), CASE(link_times), CASE(sizes), CASE(sparse),
    CASE(renumber), CASE(rights), CASE(rights_given_up), CASE(preopens), CASE(sockets), CASE(sleeping),
    CASE(sleeping_until), CASE(several_clocks), CASE(polling_files), CASE(polling_output), CASE(streams),
    CASE(bad_pointers), CASE(large),
};

/* Removes what a case left, depth first. */
static void clear(fd_t dir) {
  static uint8_t buffer[65536];
  for (;;) {
    size_t used = 0;
    if (__wasi_fd_readdir((int)dir, buffer, sizeof buffer, 2, &used) || used < sizeof(__wasi_dirent_t)) return;
    __wasi_dirent_t entry;
    memcpy(&entry, buffer, sizeof entry);
    char name[1024];
    if (entry.d_namlen >= sizeof name || used < sizeof entry + entry.d_namlen) return;
    memcpy(name, buffer + sizeof entry, entry.d_namlen);
    name[entry.d_namlen] = 0;
    if (entry.d_type == __WASI_FILETYPE_DIRECTORY) {
      fd_t sub;
      if (open_at(dir, name, 0, DIRECTORY, READ, 0, &sub)) return;
      clear(sub);
      (void)__wasi_fd_close((int)sub);
      if (__wasi_path_remove_directory((int)dir, name)) return;
    } else if (__wasi_path_unlink_file((int)dir, name)) return;
  }
}

static bool wanted(const char *name, int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], name) == 0) return true;
  return argc < 2;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "-l") == 0) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) puts(cases[i].name);
    return 0;
  }
  static const char *const places[] = {"tmp/stress", "stress"};
  for (int i = 0; i < 2; i++) {
    (void)__wasi_path_create_directory(3, places[i]);
    if (!open_at(3, places[i], 1, DIRECTORY, READ, 0, &base)) break;
    base = 0;
  }
  if (!base) {
    fprintf(stderr, "stress: the first preopened directory lets nothing be made\n");
    return 2;
  }
  int count = 0, bad = 0;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (!wanted(cases[i].name, argc, argv)) continue;
    failed = NULL;
    clear(base);
    cases[i].run();
    printf("%s %s%s%s\n", failed ? "not ok" : "ok", cases[i].name, failed ? ": " : "", failed ? failed : "");
    count++;
    bad += failed != NULL;
  }
  clear(base);
  printf("%d cases, %d failed\n", count, bad);
  return bad > 0;
}
