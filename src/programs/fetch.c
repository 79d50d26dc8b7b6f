/*
 * fetch: HTTP with open, read and write alone, through /cap/http (man http). The body goes to standard output as it
 * comes; what went wrong is told, with the status of the program: 22 for an answer of 400 and more.
 *
 *   fetch [-X METHOD] [-H 'Name: value']... [-d DATA | -T FILE] [-S] [-t SECS] [-i] [-e] [-j] [-o FILE] URL
 *
 *   -T sends a file ("-": standard input), -S sends it while it is read, -i prints the headers first, -e reads
 *   server-sent events, -j writes one JSON request (with -X, -H and -d alone) and prints its response
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CAP "/cap/http"
#define LINE 9216

static char number[32];
static const char *method, *data, *upload, *out, *seconds, *headers[64];
static int header_count, streams, shows_head, wants_events, as_json;

/* Why the request failed, as /cap/http/N/error says; empty where it says nothing. */
static const char *reason(void) {
  static char text[1024];
  char path[128];
  if (!*number) return "";
  snprintf(path, sizeof path, CAP "/%s/error", number);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return "";
  ssize_t got = read(fd, text, sizeof text - 1);
  close(fd);
  text[got > 0 ? got : 0] = 0;
  text[strcspn(text, "\n")] = 0;
  return text;
}

static void die(const char *what, const char *about) {
  const char *code = strerror(errno), *why = reason();
  fprintf(stderr, "fetch: %s%s%s: %s%s%s\n", what, *about ? " " : "", about, code, *why ? ": " : "", why);
  exit(1);
}

static void write_all(int fd, const char *bytes, size_t size, const char *about) {
  while (size > 0) {
    ssize_t wrote = write(fd, bytes, size);
    if (wrote < 0) die("cannot write", about);
    bytes += wrote;
    size -= (size_t)wrote;
  }
}

static int opened(const char *name, int flags) {
  char path[128];
  snprintf(path, sizeof path, CAP "/%s%s%s", number, *number ? "/" : "", name);
  int fd = open(path, flags, 0666);
  if (fd < 0) die("cannot open", path);
  return fd;
}

static void tell(int ctl, const char *verb, const char *argument) {
  char line[LINE];
  int size = snprintf(line, sizeof line, "%s%s%s\n", verb, *argument ? " " : "", argument);
  if (size >= (int)sizeof line) {
    errno = E2BIG;
    die("cannot tell", verb);
  }
  write_all(ctl, line, (size_t)size, verb);
}

static size_t copy(int from, int to, const char *about) {
  static char buffer[1 << 16];
  size_t all = 0;
  ssize_t got;
  while ((got = read(from, buffer, sizeof buffer)) > 0) {
    write_all(to, buffer, (size_t)got, about);
    all += (size_t)got;
  }
  if (got < 0) die("cannot read", about);
  return all;
}

static void put_json(int fd, const char *text) {
  char escaped[8];
  write_all(fd, "\"", 1, "request");
  for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
    if (*p == '"' || *p == '\\' || *p < 0x20) snprintf(escaped, sizeof escaped, "\\u%04x", *p);
    else snprintf(escaped, sizeof escaped, "%c", *p);
    write_all(fd, escaped, strlen(escaped), "request");
  }
  write_all(fd, "\"", 1, "request");
}

static void field(int fd, const char *name, const char *text, const char *lead) {
  write_all(fd, lead, strlen(lead), "request");
  put_json(fd, name);
  write_all(fd, ":", 1, "request");
  put_json(fd, text);
}

/* One request as JSON; the reply on the same handle has its id, and wait/ID has the response. */
static int json_form(const char *url) {
  char reply[512], id[80];
  int fd = opened("request", O_RDWR);
  field(fd, "url", url, "{");
  if (method) field(fd, "method", method, ",");
  if (data) field(fd, "body", data, ",");
  write_all(fd, ",\"headers\":{", 12, "request");
  for (int i = 0; i < header_count; i++) {
    char name[LINE];
    const char *colon = strchr(headers[i], ':');
    size_t length = colon ? (size_t)(colon - headers[i]) : strlen(headers[i]);
    snprintf(name, sizeof name, "%.*s", (int)length, headers[i]);
    field(fd, name, colon ? colon + 1 : "", i ? "," : "");
  }
  ssize_t wrote = write(fd, "}}", 2);
  int refused = wrote < 0 ? errno : 0;
  ssize_t got = read(fd, reply, sizeof reply - 1);
  if (got < 0) die("cannot read", "the reply");
  reply[got] = 0;
  if (refused || sscanf(reply, "{\"id\":\"%79[^\"]\"}", id) != 1) {
    fprintf(stderr, "fetch: refused: %s", reply);
    return 1;
  }
  char path[128];
  snprintf(path, sizeof path, "wait/%s", id);
  int response = opened(path, O_RDONLY);
  char head[4096];
  got = read(response, head, sizeof head - 1);
  if (got < 0) die("cannot read", path);
  head[got] = 0;
  write_all(1, head, (size_t)got, "standard output");
  copy(response, 1, path);
  close(response);
  close(fd);
  const char *at = strstr(head, "\"status\":");
  int status = at ? atoi(at + 9) : 0;
  return status == 0 ? 1 : status >= 400 ? 22 : 0;
}

static void send_body(int ctl) {
  if (streams) tell(ctl, "stream", "");
  int post = opened("postbody", O_WRONLY);
  if (data) write_all(post, data, strlen(data), "postbody");
  else {
    int file = strcmp(upload, "-") == 0 ? 0 : open(upload, O_RDONLY);
    if (file < 0) die("cannot open", upload);
    copy(file, post, upload);
    if (file) close(file);
  }
  if (close(post) != 0) die("cannot close", "postbody");
}

static int status_of(int to) {
  char head[LINE];
  int fd = opened("headers", O_RDONLY), status = 0;
  ssize_t got = read(fd, head, sizeof head - 1);
  if (got < 0) die("cannot read", "headers");
  head[got] = 0;
  status = atoi(head);
  if (to >= 0) {
    write_all(to, head, (size_t)got, "headers");
    copy(fd, to, "headers");
    write_all(to, "\n", 1, "headers");
  }
  close(fd);
  return status;
}

int main(int argc, char **argv) {
  int option;
  while ((option = getopt(argc, argv, "X:H:d:T:t:o:Siej")) != -1) {
    switch (option) {
      case 'X': method = optarg; break;
      case 'H':
        if (header_count == 64) {
          fprintf(stderr, "fetch: at most 64 headers\n");
          return 2;
        }
        headers[header_count++] = optarg;
        break;
      case 'd': data = optarg; break;
      case 'T': upload = optarg; break;
      case 't': seconds = optarg; break;
      case 'o': out = optarg; break;
      case 'S': streams = 1; break;
      case 'i': shows_head = 1; break;
      case 'e': wants_events = 1; break;
      case 'j': as_json = 1; break;
      default: return 2;
    }
  }
  int streaming = streams || upload || out || seconds || shows_head || wants_events;
  if (optind + 1 != argc || (as_json && streaming)) {
    fprintf(stderr, "usage: fetch [-X METHOD] [-H HEADER]... [-d DATA | -T FILE] [-S] [-t SECS] [-i] [-e] [-j] [-o FILE] URL\n");
    return 2;
  }
  const char *url = argv[optind];
  if (as_json) return json_form(url);
  int ctl = opened("clone", O_RDWR);
  ssize_t got = read(ctl, number, sizeof number - 1);
  if (got <= 0) die("cannot read", "clone");
  number[strcspn(number, "\n")] = 0;
  tell(ctl, "url", url);
  if (method) tell(ctl, "method", method);
  if (seconds) tell(ctl, "timeout", seconds);
  for (int i = 0; i < header_count; i++) tell(ctl, "header", headers[i]);
  if (data || upload) send_body(ctl);
  int to = out ? open(out, O_WRONLY | O_CREAT | O_TRUNC, 0666) : 1;
  if (to < 0) die("cannot open", out);
  int body = opened(wants_events ? "events" : "body", O_RDONLY);
  int status = status_of(shows_head ? to : -1);
  copy(body, to, url);
  if (out && close(to) != 0) die("cannot close", out);
  close(body);
  close(ctl);
  return status >= 400 ? 22 : 0;
}
