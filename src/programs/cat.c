/* cat [FILE]...: copies files, or standard input, to standard output. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char buffer[1 << 18];

static int copy(int fd, const char *name) {
  ssize_t count;
  while ((count = read(fd, buffer, sizeof buffer)) > 0) {
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(1, buffer + done, (size_t)(count - done));
      if (written < 0) {
        if (errno != EPIPE) fprintf(stderr, "cat: write: %s\n", strerror(errno));
        return 1;
      }
      done += written;
    }
  }
  if (count < 0) fprintf(stderr, "cat: %s: %s\n", name, strerror(errno));
  return count < 0;
}

int main(int argc, char **argv) {
  int failed = 0;
  if (argc < 2) return copy(0, "standard input");
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "-") == 0) {
      failed |= copy(0, "standard input");
      continue;
    }
    int fd = open(argv[i], O_RDONLY);
    if (fd < 0) {
      fprintf(stderr, "cat: %s: %s\n", argv[i], strerror(errno));
      failed = 1;
      continue;
    }
    failed |= copy(fd, argv[i]);
    close(fd);
  }
  return failed;
}
