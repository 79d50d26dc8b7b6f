/* callbench PATH COUNT: reads 512 bytes COUNT times, each a call of its own; prints microseconds a call. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char buffer[512];
  long count = argc > 2 ? atol(argv[2]) : 20000;
  int fd = open(argc > 1 ? argv[1] : "/dev/zero", O_RDONLY);
  if (fd < 0) return 1;
  struct timespec from, to;
  for (long i = -1000; i < count; i++) {
    if (i == 0) clock_gettime(CLOCK_MONOTONIC, &from);
    if (read(fd, buffer, sizeof buffer) != sizeof buffer) return 1;
  }
  clock_gettime(CLOCK_MONOTONIC, &to);
  double ns = (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
  printf("total=%.3f\n", ns / 1e3 / (double)count);
  return 0;
}
