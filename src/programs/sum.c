/* sum: adds the numbers on standard input, one a line, and prints how many there were and what they make. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char line[256];
  long long count = 0, number = 0, bad = 0;
  double total = 0;
  while (fgets(line, sizeof line, stdin)) {
    number++;
    char *end;
    errno = 0;
    double value = strtod(line, &end);
    while (*end == ' ' || *end == '\t' || *end == '\r') end++;
    if (line[strspn(line, " \t\r\n")] == '\0') continue;
    if (end == line || *end != '\n' ? *end != '\0' : 0) {
      line[strcspn(line, "\n")] = '\0';
      fprintf(stderr, "sum: line %lld: '%s' is not a number\n", number, line);
      bad++;
      continue;
    }
    total += value;
    count++;
  }
  printf("%lld numbers, sum %.15g\n", count, total);
  return bad > 0;
}
