/*
 * agent: an agent without a model, to see an environment at work. It reads /task/spec.json, looks at every file of the
 * task's working directory, writes inventory.json there (lines, words and bytes of each file), and the totals as the
 * task's result. Each step goes to /logs/events.jsonl, with the call and what came of it, as ATIF has them.
 *
 *   agent [--pace MS]    waits so long after each step, for who looks on
 */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define PATH_MAX_ 1024
#define FILES_MAX 4096

struct counts {
  unsigned long lines, words, bytes;
};

static char *names[FILES_MAX];
static int count = 0;
static long pace = 0;
static int calls = 0;

static void die(const char *what, const char *path) {
  fprintf(stderr, "agent: cannot %s %s: %s\n", what, path, strerror(errno));
  exit(1);
}

/* A text as JSON has it. */
static void put_json(FILE *file, const char *text) {
  fputc('"', file);
  for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
    if (*p == '"' || *p == '\\') fprintf(file, "\\%c", *p);
    else if (*p < 0x20) fprintf(file, "\\u%04x", *p);
    else fputc(*p, file);
  }
  fputc('"', file);
}

/* One step: what was done, on which path, and what came of it. */
static void step(const char *function, const char *path, const char *message, const char *observed, ...) {
  char content[512];
  va_list rest;
  va_start(rest, observed);
  vsnprintf(content, sizeof content, observed, rest);
  va_end(rest);
  FILE *log = fopen("/logs/events.jsonl", "a");
  if (log) {
    calls++;
    fprintf(log, "{\"level\":\"info\",\"message\":");
    put_json(log, message);
    fprintf(log, ",\"data\":{\"tool_calls\":[{\"tool_call_id\":\"call-%d\",\"function_name\":\"%s\",\"arguments\":{\"path\":",
            calls, function);
    put_json(log, path);
    fprintf(log, "}}],\"observation\":{\"results\":[{\"source_call_id\":\"call-%d\",\"content\":", calls);
    put_json(log, content);
    fprintf(log, "}]}}}\n");
    if (fclose(log) != 0) die("write", "/logs/events.jsonl");
  }
  printf("%s %s: %s\n", function, path, content);
  fflush(stdout);
  if (pace > 0) {
    struct timespec wait = {pace / 1000, (pace % 1000) * 1000000L};
    nanosleep(&wait, NULL);
  }
}

static char *read_all(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) die("read", path);
  size_t room = 1 << 16, filled = 0, got;
  char *text = malloc(room + 1);
  while (text && (got = fread(text + filled, 1, room - filled, file)) > 0) {
    filled += got;
    if (filled == room) text = realloc(text, (room *= 2) + 1);
  }
  if (!text || ferror(file)) die("read", path);
  fclose(file);
  text[filled] = 0;
  *size = filled;
  return text;
}

/* The text that follows a name in JSON which has it once; without escapes, as paths have none. */
static int find_text(const char *json, const char *name, char *out, size_t room) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "\"%s\"", name);
  const char *at = strstr(json, wanted);
  if (!at) return 0;
  at = strchr(at + strlen(wanted), '"');
  if (!at) return 0;
  const char *end = strchr(++at, '"');
  if (!end || (size_t)(end - at) >= room) return 0;
  memcpy(out, at, end - at);
  out[end - at] = 0;
  return 1;
}

/* All files below a directory, by their names from there. */
static void walk(const char *root, const char *inside) {
  char path[PATH_MAX_];
  snprintf(path, sizeof path, "%s/%s", root, inside);
  DIR *dir = opendir(path);
  if (!dir) die("list", path);
  struct dirent *entry;
  while ((entry = readdir(dir))) {
    char name[PATH_MAX_], full[PATH_MAX_];
    struct stat stat_;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(name, sizeof name, "%s%s%s", inside, *inside ? "/" : "", entry->d_name);
    if (strcmp(name, "inventory.json") == 0) continue;
    snprintf(full, sizeof full, "%s/%s", root, name);
    if (stat(full, &stat_) != 0) die("look at", full);
    if (S_ISDIR(stat_.st_mode)) walk(root, name);
    else if (count < FILES_MAX) names[count++] = strdup(name);
    else {
      errno = EFBIG;
      die("hold more files than 4096:", full);
    }
  }
  closedir(dir);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static struct counts count_of(const char *text, size_t size) {
  struct counts found = {0, 0, size};
  int inside = 0;
  for (size_t i = 0; i < size; i++) {
    int blank = strchr(" \t\n\r\v\f", text[i]) != NULL && text[i] != 0;
    if (text[i] == '\n') found.lines++;
    if (!blank && !inside) found.words++;
    inside = !blank;
  }
  return found;
}

static void put_counts(FILE *file, struct counts counts) {
  fprintf(file, "{\"lines\":%lu,\"words\":%lu,\"bytes\":%lu}", counts.lines, counts.words, counts.bytes);
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--pace") == 0) pace = atol(argv[2]);
  else if (argc != 1) {
    fprintf(stderr, "usage: agent [--pace MS]\n");
    return 2;
  }
  char root[PATH_MAX_] = "/workspace", target[PATH_MAX_];
  size_t size;
  char *spec = read_all("/task/spec.json", &size);
  find_text(spec, "working_dir", root, sizeof root);
  step("read", "/task/spec.json", "Read what is to be done", "%zu bytes; the work is in %s", size, root);
  free(spec);

  walk(root, "");
  qsort(names, count, sizeof *names, by_name);
  step("list", root, "Looked for files", "%d files", count);

  snprintf(target, sizeof target, "%s/inventory.json", root);
  FILE *inventory = fopen(target, "w");
  if (!inventory) die("write", target);
  struct counts total = {0, 0, 0};
  fprintf(inventory, "{");
  for (int i = 0; i < count; i++) {
    char path[PATH_MAX_];
    snprintf(path, sizeof path, "%s/%s", root, names[i]);
    char *text = read_all(path, &size);
    struct counts counts = count_of(text, size);
    free(text);
    total.lines += counts.lines;
    total.words += counts.words;
    total.bytes += counts.bytes;
    fprintf(inventory, "%s\n  ", i ? "," : "");
    put_json(inventory, names[i]);
    fprintf(inventory, ": ");
    put_counts(inventory, counts);
    step("read", path, "Counted a file", "%lu lines, %lu words, %lu bytes", counts.lines, counts.words, counts.bytes);
  }
  fprintf(inventory, "\n}\n");
  if (fclose(inventory) != 0) die("write", target);
  step("write", target, "Wrote the inventory", "%d files", count);

  FILE *result = fopen("/task/result.json", "w");
  if (!result) die("write", "/task/result.json");
  put_counts(result, total);
  if (fclose(result) != 0) die("write", "/task/result.json");
  step("write", "/task/result.json", "Wrote the result", "%lu lines in all", total.lines);
  return 0;
}
