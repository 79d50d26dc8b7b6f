/*
 * hostile [CALLS [SEED]]: tries to get out. First the known ways, then calls with random arguments, each of
 * which must be answered with an errno. Prints what it tried and whether anything gave way.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

static int broken;
static uint64_t state;

static uint64_t next(void) { /* xorshift64* */
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 2685821657736338717ULL;
}

static void refused(const char *what, int error) {
  if (error) return;
  printf("GAVE WAY: %s\n", what);
  broken++;
}

static int opened(int dir, const char *path, int flags) {
  __wasi_fd_t fd;
  int error = __wasi_path_open(dir, flags, path, 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd);
  if (!error) (void)__wasi_fd_close(fd);
  return error;
}

/* `jail` is a directory below the first preopen: nothing above it may be reached through it. */
static void escapes(int jail) {
  static const char *const paths[] = {
      "..",       "../",        "../..",    "x/../..",      "./..",      ".././../etc/passwd", "/",
      "/etc",     "//",         "/../..",   "jail/../../x", "a/../../b", "\xff\xfe",           "up",
      "up/notes", "up/../home", "absolute", "absolute/x",   "chain",     "loop",               "loop/x",
  };
  static const char *const links[][2] = {
      {"..", "up"}, {"../..", "chain2"}, {"chain2/../..", "chain"}, {"loop", "loop"}};
  for (unsigned i = 0; i < sizeof links / sizeof *links; i++)
    (void)__wasi_path_symlink(links[i][0], jail, links[i][1]);
  refused("a symlink to an absolute path", __wasi_path_symlink("/", jail, "absolute"));
  for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
    for (int follow = 0; follow < 2; follow++)
      refused(paths[i], opened(jail, paths[i], follow));
  __wasi_filestat_t stat;
  refused("stat above", __wasi_path_filestat_get(jail, 1, "..", &stat));
  refused("rename out", __wasi_path_rename(jail, "file", jail, "../stolen"));
  refused("link out", __wasi_path_link(jail, 0, "file", jail, "../stolen"));
  refused("mkdir out", __wasi_path_create_directory(jail, "../made"));
  refused("remove above", __wasi_path_remove_directory(jail, ".."));
}

static void descriptors(void) {
  uint8_t byte;
  size_t count;
  __wasi_ciovec_t out = {&byte, 1};
  __wasi_iovec_t in = {&byte, 1};
  for (uint32_t fd = 200; fd < 300; fd++) {
    refused("read of a stranger's descriptor", __wasi_fd_read((int)fd, &in, 1, &count));
    refused("write to a stranger's descriptor", __wasi_fd_write((int)fd, &out, 1, &count));
  }
  refused("negative descriptor", __wasi_fd_read(-1, &in, 1, &count));
  refused("closing a stranger's", __wasi_fd_close(0x7fffffff));
  refused("renumber onto a stranger's", __wasi_fd_renumber(1, 500));
}

static const uint32_t edges[] = {0, 1, 7, 8, 0xffff, 0x10000, 0x7fffffff, 0x80000000u, 0xfffffff0u, 0xffffffffu};

static int32_t number(void) {
  uint64_t r = next();
  if (r % 3 == 0) return (int32_t)edges[(r >> 8) % (sizeof edges / sizeof *edges)];
  if (r % 3 == 1) return (int32_t)((r >> 8) % 16);
  return (int32_t)(r >> 32);
}

/* The raw imports, with whatever arguments. */
#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
IMPORT(fd_advise) extern int raw_advise(int, int64_t, int64_t, int);
IMPORT(fd_allocate) extern int raw_allocate(int, int64_t, int64_t);
IMPORT(fd_datasync) extern int raw_datasync(int);
IMPORT(fd_fdstat_get) extern int raw_fdstat_get(int, int);
IMPORT(fd_fdstat_set_flags) extern int raw_set_flags(int, int);
IMPORT(fd_fdstat_set_rights) extern int raw_set_rights(int, int64_t, int64_t);
IMPORT(fd_filestat_get) extern int raw_filestat_get(int, int);
IMPORT(fd_filestat_set_size) extern int raw_set_size(int, int64_t);
IMPORT(fd_filestat_set_times) extern int raw_set_times(int, int64_t, int64_t, int);
IMPORT(fd_pread) extern int raw_pread(int, int, int, int64_t, int);
IMPORT(fd_prestat_get) extern int raw_prestat_get(int, int);
IMPORT(fd_prestat_dir_name) extern int raw_prestat_name(int, int, int);
IMPORT(fd_pwrite) extern int raw_pwrite(int, int, int, int64_t, int);
IMPORT(fd_read) extern int raw_read(int, int, int, int);
IMPORT(fd_readdir) extern int raw_readdir(int, int, int, int64_t, int);
IMPORT(fd_seek) extern int raw_seek(int, int64_t, int, int);
IMPORT(fd_sync) extern int raw_sync(int);
IMPORT(fd_tell) extern int raw_tell(int, int);
IMPORT(fd_write) extern int raw_write(int, int, int, int);
IMPORT(path_create_directory) extern int raw_mkdir(int, int, int);
IMPORT(path_filestat_get) extern int raw_path_stat(int, int, int, int, int);
IMPORT(path_filestat_set_times) extern int raw_path_times(int, int, int, int, int64_t, int64_t, int);
IMPORT(path_link) extern int raw_link(int, int, int, int, int, int, int);
IMPORT(path_open) extern int raw_open(int, int, int, int, int, int64_t, int64_t, int, int);
IMPORT(path_readlink) extern int raw_readlink(int, int, int, int, int, int);
IMPORT(path_rename) extern int raw_rename(int, int, int, int, int, int);
IMPORT(path_symlink) extern int raw_symlink(int, int, int, int, int);
IMPORT(args_get) extern int raw_args(int, int);
IMPORT(args_sizes_get) extern int raw_args_sizes(int, int);
IMPORT(environ_get) extern int raw_environ(int, int);
IMPORT(clock_res_get) extern int raw_res(int, int);
IMPORT(clock_time_get) extern int raw_time(int, int64_t, int);
IMPORT(poll_oneoff) extern int raw_poll(int, int, int, int);
IMPORT(random_get) extern int raw_random(int, int);
IMPORT(sock_accept) extern int raw_accept(int, int, int);
IMPORT(sock_shutdown) extern int raw_shutdown(int, int);
IMPORT(fd_renumber) extern int raw_renumber(int, int);

/* Results land in this buffer or outside of memory, so that the program itself survives. */
static uint8_t scratch[1 << 16];

static int32_t pointer(void) {
  uint64_t r = next();
  uint32_t memory = (uint32_t)(__builtin_wasm_memory_size(0) << 16);
  switch (r % 4) {
    case 0: return (int32_t)(memory - (uint32_t)((r >> 8) % 64));
    case 1: return (int32_t)(0xffffffffu - (uint32_t)((r >> 8) % 4096));
    default: return (int32_t)((uintptr_t)scratch + (r >> 8) % (sizeof scratch / 2));
  }
}

static int32_t size(void) {
  uint64_t r = next();
  return r % 4 == 0 ? (int32_t)(r >> 32) : (int32_t)((r >> 8) % 200);
}

static int descriptor(void) {
  uint64_t r = next();
  /* Not 0 to 3: a random close or write there would end the test, not find anything. */
  int wild = number();
  return r % 5 == 0 && (wild < 0 || wild > 3) ? wild : (int)(4 + r % 6);
}

static int one(int which) {
  int64_t wide = (int64_t)(next() % 5 == 0 ? next() : next() % 10000);
  switch (which) {
    case 0: return raw_advise(descriptor(), wide, wide, number());
    case 1: return raw_allocate(descriptor(), wide % 100000, wide % 100000);
    case 2: return raw_datasync(descriptor());
    case 3: return raw_fdstat_get(descriptor(), pointer());
    case 4: return raw_set_flags(descriptor(), number() & 0xff);
    case 5: return raw_filestat_get(descriptor(), pointer());
    case 6: return raw_set_size(descriptor(), wide % 1000000);
    case 7: return raw_set_times(descriptor(), wide, wide, number());
    case 8: return raw_pread(descriptor(), pointer(), number(), wide, pointer());
    case 9: return raw_prestat_get(descriptor(), pointer());
    case 10: return raw_prestat_name(descriptor(), pointer(), size());
    case 11: return raw_pwrite(descriptor(), pointer(), number(), wide % 100000, pointer());
    case 12: return raw_read(descriptor(), pointer(), number(), pointer());
    case 13: return raw_readdir(descriptor(), pointer(), size(), wide, pointer());
    case 14: return raw_seek(descriptor(), wide, number(), pointer());
    case 15: return raw_sync(descriptor());
    case 16: return raw_tell(descriptor(), pointer());
    case 17: return raw_write(descriptor(), pointer(), number(), pointer());
    case 18: return raw_mkdir(descriptor(), pointer(), size());
    case 19: return raw_path_stat(descriptor(), number(), pointer(), size(), pointer());
    case 20: return raw_path_times(descriptor(), number(), pointer(), size(), wide, wide, number());
    case 21: return raw_link(descriptor(), number(), pointer(), size(), descriptor(), pointer(), size());
    case 22:
      return raw_open(descriptor(), number(), pointer(), size(), number(), wide, wide, number(), pointer());
    case 23: return raw_readlink(descriptor(), pointer(), size(), pointer(), size(), pointer());
    case 24: return raw_rename(descriptor(), pointer(), size(), descriptor(), pointer(), size());
    case 25: return raw_symlink(pointer(), size(), descriptor(), pointer(), size());
    case 26: return raw_args(pointer(), pointer());
    case 27: return raw_args_sizes(pointer(), pointer());
    case 28: return raw_environ(pointer(), pointer());
    case 29: return raw_res(number(), pointer());
    case 30: return raw_time(number(), wide, pointer());
    case 31: {
      /* Subscriptions of random bytes would sleep for years: clocks that are due, or descriptors. */
      memset(scratch, 0, 48 * 4);
      for (int i = 0; i < 4; i++) {
        scratch[i * 48 + 8] = (uint8_t)(next() % 4);
        int32_t fd = number();
        memcpy(scratch + i * 48 + 16, &fd, 4);
      }
      int32_t none = 0;
      memcpy(scratch + 16, &none, 4);
      scratch[8] = 0;
      return raw_poll((int)(uintptr_t)scratch, pointer(), (int)(1 + next() % 4), pointer());
    }
    case 32: return raw_random(pointer(), size());
    case 33: return raw_accept(descriptor(), number(), pointer());
    case 34: return raw_shutdown(descriptor(), number());
    default: return raw_renumber(descriptor(), descriptor());
  }
}

int main(int argc, char **argv) {
  long calls = argc > 1 ? atol(argv[1]) : 20000;
  state = argc > 2 ? strtoull(argv[2], NULL, 10) * 2 + 1 : 0;
  if (!state && __wasi_random_get((uint8_t *)&state, sizeof state)) return 2;
  state |= 1;
  __wasi_fd_t base, jail;
  const uint64_t all = ~0ULL;
  if (__wasi_path_open(3, 1, "tmp", __WASI_OFLAGS_DIRECTORY, 0, all, 0, &base)) base = 3;
  (void)__wasi_path_create_directory((int)base, "jail");
  if (__wasi_path_open((int)base, 1, "jail", __WASI_OFLAGS_DIRECTORY, 0, all, 0, &jail)) {
    printf("hostile needs a directory that it may write in\n");
    return 2;
  }
  __wasi_fd_t file;
  if (!__wasi_path_open((int)jail, 0, "file", __WASI_OFLAGS_CREAT, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE, 0, 0, &file))
    (void)__wasi_fd_close(file);
  escapes((int)jail);
  descriptors();
  unsigned long done[80] = {0};
  for (long i = 0; i < calls; i++) {
    int error = one((int)(next() % 36));
    if (error < 0 || error > 76) {
      printf("GAVE WAY: errno %d\n", error);
      broken++;
    } else done[error]++;
  }
  printf("%ld random calls: %lu succeeded, the others were refused\n", calls, done[0]);
  printf(broken ? "%d ways out\n" : "no way out\n", broken);
  return broken > 0;
}
