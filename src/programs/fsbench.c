/* fsbench: file-system workload for WASI preview1 command modules.
 *   fsbench [DIR=/] [NFILES=1000] [BIG_MIB=64]
 * NFILES files of 4 KiB: create+write, read back, stat, readdir, unlink;
 * then one BIG_MIB MiB file written and read back in 64 KiB pieces, unlinked.
 * Prints one line of name=ms pairs. Any failure: message on stderr, exit 1. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SMALL = 4096, PIECE = 65536 };
static unsigned char buf[PIECE], want[PIECE];
static char path[1024];
static const char *dir = "/";

static void die(const char *what) {
  fprintf(stderr, "fsbench: %s %s: %s\n", what, path, errno ? strerror(errno) : "wrong data");
  exit(1);
}
static double now(void) {
  struct timespec t;
  if (clock_gettime(CLOCK_MONOTONIC, &t)) die("clock_gettime");
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}
static void name(const char *fmt, int i) {
  const char *sep = dir[strlen(dir) - 1] == '/' ? "" : "/";
  int n = snprintf(path, sizeof path, "%s%s", dir, sep);
  snprintf(path + n, sizeof path - n, fmt, i);
}
static void write_all(int fd, const unsigned char *p, size_t len) {
  while (len) {
    ssize_t n = write(fd, p, len);
    if (n <= 0) die("write");
    p += n, len -= (size_t)n;
  }
}
static void read_all(int fd, unsigned char *p, size_t len) {
  while (len) {
    ssize_t n = read(fd, p, len);
    if (n < 0) die("read");
    if (n == 0) { errno = 0; die("short read"); }
    p += n, len -= (size_t)n;
  }
}
static int xopen(int flags) {
  int fd = open(path, flags, 0644);
  if (fd < 0) die("open");
  return fd;
}
static void fill(unsigned char *p, size_t len, unsigned seed) {
  for (size_t i = 0; i < len; i++) p[i] = (unsigned char)(seed * 31 + i * 7);
}

int main(int argc, char **argv) {
  int nfiles = 1000, mib = 64;
  double t[9];
  struct stat st;
  if (argc > 1) dir = argv[1];
  if (argc > 2) nfiles = atoi(argv[2]);
  if (argc > 3) mib = atoi(argv[3]);
  if (nfiles < 1 || mib < 1 || !*dir) { fprintf(stderr, "usage: fsbench [DIR [NFILES [MIB]]]\n"); return 2; }

  t[0] = now();
  for (int i = 0; i < nfiles; i++) {
    name("f%05d.bin", i);
    fill(buf, SMALL, (unsigned)i);
    int fd = xopen(O_CREAT | O_EXCL | O_WRONLY);
    write_all(fd, buf, SMALL);
    if (close(fd)) die("close");
  }
  t[1] = now();
  for (int i = 0; i < nfiles; i++) {
    name("f%05d.bin", i);
    fill(want, SMALL, (unsigned)i);
    int fd = xopen(O_RDONLY);
    read_all(fd, buf, SMALL);
    if (close(fd)) die("close");
    if (memcmp(buf, want, SMALL)) { errno = 0; die("read"); }
  }
  t[2] = now();
  for (int i = 0; i < nfiles; i++) {
    name("f%05d.bin", i);
    if (stat(path, &st)) die("stat");
    if (st.st_size != SMALL || !S_ISREG(st.st_mode)) { errno = 0; die("stat"); }
  }
  t[3] = now();
  int seen = 0;
  snprintf(path, sizeof path, "%s", dir);
  DIR *d = opendir(dir);
  if (!d) die("opendir");
  errno = 0;
  for (struct dirent *e; (e = readdir(d)); errno = 0) {
    int idx;
    char tail[8];
    if (sscanf(e->d_name, "f%5d.%3s", &idx, tail) == 2 && !strcmp(tail, "bin")) seen++;
  }
  if (errno) die("readdir");
  if (closedir(d)) die("closedir");
  if (seen != nfiles) { fprintf(stderr, "fsbench: readdir saw %d of %d files\n", seen, nfiles); return 1; }
  t[4] = now();
  for (int i = 0; i < nfiles; i++) {
    name("f%05d.bin", i);
    if (unlink(path)) die("unlink");
  }
  t[5] = now();
  int pieces = mib * (1048576 / PIECE);
  name("big.bin", 0);
  fill(buf, PIECE, 1);
  memcpy(want, buf, PIECE);
  int fd = xopen(O_CREAT | O_EXCL | O_WRONLY);
  for (int i = 0; i < pieces; i++) {
    memcpy(buf, &i, sizeof i);
    write_all(fd, buf, PIECE);
  }
  if (close(fd)) die("close");
  t[6] = now();
  fd = xopen(O_RDONLY);
  for (int i = 0; i < pieces; i++) {
    read_all(fd, buf, PIECE);
    memcpy(want, &i, sizeof i);
    if (memcmp(buf, want, PIECE)) { errno = 0; die("read"); }
  }
  if (read(fd, buf, 1) != 0) { errno = 0; die("read past end"); }
  if (close(fd)) die("close");
  t[7] = now();
  if (unlink(path)) die("unlink");
  t[8] = now();
  printf("create=%.2f read=%.2f stat=%.2f readdir=%.2f unlink=%.2f bigwrite=%.2f bigread=%.2f total=%.2f\n",
         t[1] - t[0], t[2] - t[1], t[3] - t[2], t[4] - t[3], t[5] - t[4], t[6] - t[5], t[7] - t[6], t[8] - t[0]);
  return fflush(stdout) ? 1 : 0;
}
