/* life: Conway's game on a raw terminal. Space stops and goes on, n steps, r begins anew, q leaves. */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_COLS = 400, MAX_ROWS = 200, STEP_MS = 100 };
static bool cells[2][MAX_ROWS][MAX_COLS];
static int cols = 80, rows = 24, now;

static void size(void) {
  char text[32] = {0};
  int fd = open("/dev/winsize", O_RDONLY);
  if (fd < 0) return;
  if (read(fd, text, sizeof text - 1) > 0) sscanf(text, "%d %d", &cols, &rows);
  close(fd);
  if (cols > MAX_COLS) cols = MAX_COLS;
  if (rows > MAX_ROWS) rows = MAX_ROWS;
  if (rows > 2) rows--;
}

static void sow(void) {
  unsigned int seed;
  if (getentropy(&seed, sizeof seed) == 0) srand(seed);
  for (int y = 0; y < rows; y++)
    for (int x = 0; x < cols; x++) cells[now][y][x] = rand() % 4 == 0;
}

static void step(void) {
  for (int y = 0; y < rows; y++)
    for (int x = 0; x < cols; x++) {
      int near = 0;
      for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++)
          if (dx || dy) near += cells[now][(y + dy + rows) % rows][(x + dx + cols) % cols];
      cells[!now][y][x] = near == 3 || (near == 2 && cells[now][y][x]);
    }
  now = !now;
}

static void draw(long generation, bool stopped) {
  printf("\x1b[H");
  for (int y = 0; y < rows; y++) {
    for (int x = 0; x < cols; x++) putchar(cells[now][y][x] ? '#' : ' ');
    putchar('\n');
  }
  printf("\x1b[Kgeneration %ld%s  space n r q", generation, stopped ? " (stopped)" : "");
  fflush(stdout);
}

int main(int argc, char **argv) {
  long limit = argc > 1 ? atol(argv[1]) : -1;
  int control = open("/dev/consctl", O_WRONLY);
  if (control >= 0) dprintf(control, "rawon\n");
  size();
  sow();
  printf("\x1b[?25l\x1b[2J");
  bool stopped = false;
  long generation = 0;
  for (; limit < 0 || generation < limit; generation += !stopped) {
    draw(generation, stopped);
    struct pollfd keys = {.fd = 0, .events = POLLIN};
    int ready = poll(&keys, 1, stopped ? -1 : STEP_MS);
    char key = 0;
    if (ready > 0 && read(0, &key, 1) <= 0) break;
    if (key == 'q' || key == 3) break;
    if (key == ' ') stopped = !stopped;
    if (key == 'r') sow();
    if (key == 'n' || !stopped) step();
    if (key == 'n' && stopped) generation++;
  }
  printf("\x1b[?25h\x1b[2J\x1b[H");
  fflush(stdout);
  if (control >= 0) close(control);
  return 0;
}
