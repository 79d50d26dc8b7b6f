/* wc [-lwc] [FILE]...: counts lines, words and bytes. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool lines, words, bytes;
static unsigned long long total[3];
static char buffer[1 << 18];

static void print(const unsigned long long count[3], const char *name) {
  const bool shown[3] = {lines, words, bytes};
  const char *gap = "";
  for (int i = 0; i < 3; i++) {
    if (!shown[i]) continue;
    printf("%s%llu", gap, count[i]);
    gap = " ";
  }
  printf(name ? " %s\n" : "\n", name);
}

static int count(int fd, const char *name) {
  unsigned long long seen[3] = {0};
  bool in_word = false;
  ssize_t size;
  while ((size = read(fd, buffer, sizeof buffer)) > 0) {
    seen[2] += (unsigned long long)size;
    for (ssize_t i = 0; i < size; i++) {
      seen[0] += buffer[i] == '\n';
      bool blank = isspace((unsigned char)buffer[i]);
      seen[1] += !blank && !in_word;
      in_word = !blank;
    }
  }
  if (size < 0) {
    fprintf(stderr, "wc: %s: %s\n", name ? name : "standard input", strerror(errno));
    return 1;
  }
  print(seen, name);
  for (int i = 0; i < 3; i++) total[i] += seen[i];
  return 0;
}

int main(int argc, char **argv) {
  int at = 1, failed = 0;
  for (; at < argc && argv[at][0] == '-' && argv[at][1]; at++)
    for (const char *flag = argv[at] + 1; *flag; flag++) {
      if (*flag == 'l') lines = true;
      else if (*flag == 'w') words = true;
      else if (*flag == 'c') bytes = true;
      else {
        fprintf(stderr, "usage: wc [-lwc] [FILE]...\n");
        return 2;
      }
    }
  if (!lines && !words && !bytes) lines = words = bytes = true;
  if (at == argc) return count(0, NULL);
  int files = argc - at;
  for (; at < argc; at++) {
    int fd = open(argv[at], O_RDONLY);
    if (fd < 0) {
      fprintf(stderr, "wc: %s: %s\n", argv[at], strerror(errno));
      failed = 1;
      continue;
    }
    failed |= count(fd, argv[at]);
    close(fd);
  }
  if (files > 1) print(total, "total");
  return failed;
}
