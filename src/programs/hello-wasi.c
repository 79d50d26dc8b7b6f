/*
 * hello-wasi: shows what a program sees of its namespace. Prints its arguments and environment,
 * reads /workspace/hello.txt, lists /workspace, writes /workspace/greeting.txt and /tmp/output.txt,
 * makes /tmp/test-dir with a file in it, and lists /tmp. Exits 1 if something it needs is missing.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

extern char **environ;

static int failures = 0;

static void complain(const char *what, const char *path) {
  fprintf(stderr, "hello-wasi: cannot %s %s: %s\n", what, path, strerror(errno));
  failures++;
}

static void show(const char *path) {
  char line[4096];
  FILE *file = fopen(path, "r");
  if (!file) {
    complain("read", path);
    return;
  }
  printf("%s says:\n", path);
  while (fgets(line, sizeof line, file)) printf("  %s", line);
  fclose(file);
}

static void list(const char *path) {
  struct dirent *entry;
  DIR *dir = opendir(path);
  if (!dir) {
    complain("list", path);
    return;
  }
  printf("%s holds:\n", path);
  while ((entry = readdir(dir))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    printf("  %s%s\n", entry->d_name, entry->d_type == DT_DIR ? "/" : "");
  }
  closedir(dir);
}

static void put(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  if (!file) {
    complain("write", path);
    return;
  }
  if (fputs(text, file) < 0 || fclose(file) != 0) complain("write", path);
  else printf("wrote %s\n", path);
}

int main(int argc, char **argv) {
  printf("Hello from WASI!\n\narguments:\n");
  for (int i = 0; i < argc; i++) printf("  %d: %s\n", i, argv[i]);
  printf("environment:\n");
  for (char **name = environ; *name; name++) printf("  %s\n", *name);

  show("/workspace/hello.txt");
  list("/workspace");
  put("/workspace/greeting.txt", "Hello from hello-wasi. Change me, save me, reload.\n");
  put("/tmp/output.txt", "Written by hello-wasi.\n");
  if (mkdir("/tmp/test-dir", 0777) != 0 && errno != EEXIST) complain("make", "/tmp/test-dir");
  put("/tmp/test-dir/nested.txt", "A file in a directory that hello-wasi made.\n");
  list("/tmp");
  return failures == 0 ? 0 : 1;
}
