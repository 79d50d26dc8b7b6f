/*
 * What jq needs of POSIX and wasi-libc does not do. It strips `/` and `.` from the names of preopened directories and takes
 * one of them for every path; it has no realpath(3); and no SIGPIPE ends who writes to a pipe that nobody reads.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

#define LINKS_MAX 40

/* The preopened directory of that name, which is one character; -1 where there is none. */
static int preopened(char wanted) {
  __wasi_prestat_t stat;
  for (int fd = 3; __wasi_fd_prestat_get(fd, &stat) == 0; fd++) {
    char name = 0;
    if (stat.u.dir.pr_name_len == 1 && __wasi_fd_prestat_dir_name(fd, (uint8_t *)&name, 1) == 0 && name == wanted)
      return fd;
  }
  return -1;
}

static int root = -1;
/* The working directory from the root; NULL where it cannot be told. */
static const char *working;

static void look(void) {
  static int done;
  if (done++) return;
  root = preopened('/');
  int here = preopened('.');
  const char *path = getenv("PWD");
  __wasi_filestat_t a, b;
  if (root < 0) return;
  if (here < 0)
    working = "";
  else if (path != NULL && path[0] == '/' && path[1] != 0 &&
           __wasi_path_filestat_get(root, 1, path + 1, &a) == 0 && __wasi_path_filestat_get(here, 1, ".", &b) == 0 &&
           a.dev == b.dev && a.ino == b.ino)
    working = path;
}

/* The path from the root; NULL where it cannot be told. */
static char *from_root(const char *path) {
  look();
  const char *directory = *path == '/' ? "" : working;
  if (root < 0 || *path == 0 || directory == NULL) return NULL;
  char *whole = malloc(strlen(directory) + strlen(path) + 2);
  if (whole != NULL) sprintf(whole, "%s/%s", directory, path);
  return whole;
}

int __real___wasilibc_find_relpath(const char *, const char **, char **, size_t);

/* wasi-libc asks it for each path: which descriptor, and the path below it. The linker puts it in the place of libc's. */
int __wrap___wasilibc_find_relpath(const char *path, const char **prefix, char **below, size_t size) {
  static char *whole;
  free(whole);
  whole = from_root(path);
  if (whole == NULL) return __real___wasilibc_find_relpath(path, prefix, below, size);
  *prefix = "/";
  *below = whole + strspn(whole, "/");
  if (**below == 0) *below = ".";
  return root;
}

/* Adds a name to the path in `out`; ENAMETOOLONG where it does not fit. */
static int append(char *out, const char *name, size_t length) {
  size_t at = strlen(out);
  if (at + length + 2 > PATH_MAX) {
    errno = ENAMETOOLONG;
    return -1;
  }
  out[at++] = '/';
  memcpy(out + at, name, length);
  out[at + length] = 0;
  return 0;
}

/* The part of realpath() after `out` has been resolved: the rest is resolved into `out`. */
static int resolve(char *out, const char *rest, int links) {
  for (const char *end; *(rest += strspn(rest, "/")) != 0; rest = end) {
    size_t length = strcspn(rest, "/");
    end = rest + length;
    if (length == 1 && *rest == '.') continue;
    char *last = strrchr(out, '/');
    if (length == 2 && memcmp(rest, "..", 2) == 0) {
      if (last != NULL) *last = 0;
      continue;
    }
    size_t before = strlen(out);
    if (append(out, rest, length) != 0) return -1;
    char target[PATH_MAX];
    ssize_t size = readlink(out, target, sizeof target - 1);
    if (size < 0) {
      struct stat stat_now;
      if (errno != EINVAL || lstat(out, &stat_now) != 0) return -1;
      if (*end != 0 && !S_ISDIR(stat_now.st_mode)) {
        errno = ENOTDIR;
        return -1;
      }
      continue;
    }
    if (links == LINKS_MAX) {
      errno = ELOOP;
      return -1;
    }
    target[size] = 0;
    out[*target == '/' ? 0 : before] = 0;
    links++;
    if (resolve(out, target, links) != 0) return -1;
  }
  return 0;
}

__wasi_errno_t __real___wasi_fd_write(__wasi_fd_t, const __wasi_ciovec_t *, size_t, __wasi_size_t *);

/* The linker puts it in the place of libc's. jq looks at the errors of writing only when it has computed everything. */
__wasi_errno_t __wrap___wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *parts, size_t count, __wasi_size_t *size) {
  __wasi_errno_t error = __real___wasi_fd_write(fd, parts, count, size);
  if (error == __WASI_ERRNO_PIPE) _Exit(128 + 13);
  return error;
}

char *realpath(const char *path, char *buffer) {
  char *whole = from_root(path);
  if (whole == NULL) {
    errno = ENOENT;
    return NULL;
  }
  char *out = buffer != NULL ? buffer : malloc(PATH_MAX);
  if (out == NULL) return NULL;
  *out = 0;
  int failed = resolve(out, whole, 0);
  free(whole);
  if (failed) {
    if (buffer == NULL) free(out);
    return NULL;
  }
  if (*out == 0) strcpy(out, "/");
  return out;
}
