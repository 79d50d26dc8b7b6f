/*
 * courier: an agent without a model that uses the network it was granted, with files alone. It reads /task/spec.json
 * (input: url, socket, say), fetches the url by /cap/http, says something over a WebSocket by /cap/ws, signs and
 * publishes a note by /cap/nostr, writes each step to /logs/events.jsonl and what came of all to /task/result.json.
 * What was not granted is not there: it says so and goes on, and the result lacks it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM 65536

static int failures = 0;

/* A text as JSON has it. */
static void quote(char *out, size_t room, const char *text) {
  size_t at = 0;
  if (room > 2) out[at++] = '"';
  for (const unsigned char *p = (const unsigned char *)text; *p && at + 8 < room; p++) {
    if (*p == '"' || *p == '\\') at += (size_t)snprintf(out + at, room - at, "\\%c", *p);
    else if (*p < 0x20) at += (size_t)snprintf(out + at, room - at, "\\u%04x", *p);
    else out[at++] = (char)*p;
  }
  out[at++] = '"';
  out[at] = 0;
}

static void note(const char *level, const char *format, ...) {
  char text[1024], quoted[2200], line[2400];
  va_list rest;
  va_start(rest, format);
  vsnprintf(text, sizeof text, format, rest);
  va_end(rest);
  quote(quoted, sizeof quoted, text);
  int size = snprintf(line, sizeof line, "{\"level\":\"%s\",\"message\":%s}\n", level, quoted);
  int log = open("/logs/events.jsonl", O_WRONLY | O_APPEND);
  if (log >= 0) {
    if (write(log, line, (size_t)size) != size) perror("courier: /logs/events.jsonl");
    close(log);
  }
  printf("%s\n", text);
  fflush(stdout);
}

static int failed(const char *path) {
  note("error", "%s: %s", path, strerror(errno));
  failures++;
  return -1;
}

/* All that a file has; -1 where it cannot be read. */
static ssize_t read_file(const char *path, char *out, size_t room) {
  int fd = open(path, O_RDONLY);
  if (fd < 0) return failed(path);
  size_t filled = 0;
  ssize_t got;
  while (filled + 1 < room && (got = read(fd, out + filled, room - filled - 1)) > 0) filled += (size_t)got;
  out[filled] = 0;
  close(fd);
  return got < 0 ? failed(path) : (ssize_t)filled;
}

static int write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (fd < 0) return failed(path);
  size_t size = strlen(text);
  ssize_t wrote = write(fd, text, size);
  int closed = close(fd);
  return wrote == (ssize_t)size && closed == 0 ? 0 : failed(path);
}

/* The text that follows a name in JSON which has it once. */
static int find_text(const char *json, const char *name, char *out, size_t room) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "\"%s\"", name);
  const char *at = strstr(json, wanted);
  if (!at || !(at = strchr(at + strlen(wanted), ':'))) return 0;
  while (*++at == ' ') continue;
  const char *end = *at == '"' ? strchr(++at, '"') : NULL;
  if (!end || (size_t)(end - at) >= room) return 0;
  memcpy(out, at, (size_t)(end - at));
  out[end - at] = 0;
  return 1;
}

/* Writes a request, and reads the id in its reply. */
static int request(const char *path, const char *json, char *id, size_t room) {
  char reply[1024];
  int fd = open(path, O_RDWR);
  if (fd < 0) return failed(path);
  ssize_t wrote = write(fd, json, strlen(json));
  ssize_t got = read(fd, reply, sizeof reply - 1);
  reply[got > 0 ? got : 0] = 0;
  close(fd);
  if (wrote < 0 || !find_text(reply, "id", id, room)) {
    note("error", "%s: refused: %s", path, reply);
    failures++;
    return -1;
  }
  return 0;
}

static int fetch_body(const char *url, char *body, size_t room) {
  char number[32], line[2048], path[64];
  int ctl = open("/cap/http/clone", O_RDWR);
  if (ctl < 0) return failed("/cap/http/clone");
  ssize_t got = read(ctl, number, sizeof number - 1);
  number[got > 0 ? got - 1 : 0] = 0;
  int size = snprintf(line, sizeof line, "url %s\n", url);
  int told = write(ctl, line, (size_t)size) == size;
  snprintf(path, sizeof path, "/cap/http/%s/body", number);
  int done = told ? (int)read_file(path, body, room) : failed("/cap/http/clone");
  if (done >= 0) note("info", "fetched %s: %d bytes", url, done);
  close(ctl);
  return done < 0 ? -1 : 0;
}

static int say(const char *socket, const char *words, char *answer, size_t room) {
  char json[2048], id[80], path[160];
  snprintf(json, sizeof json, "{\"url\":\"%s\"}\n", socket);
  if (request("/cap/ws/control", json, id, sizeof id) < 0) return -1;
  snprintf(path, sizeof path, "/cap/ws/conns/%s/out", id);
  if (write_file(path, words) < 0) return -1;
  snprintf(path, sizeof path, "/cap/ws/conns/%s/in", id);
  int in = open(path, O_RDONLY);
  ssize_t got = in < 0 ? -1 : read(in, answer, room - 1);
  if (got <= 0) return failed(path);
  answer[got] = 0;
  close(in);
  note("info", "said %s over %s, and heard %s", words, socket, answer);
  snprintf(json, sizeof json, "{\"close\":\"%s\"}\n", id);
  return request("/cap/ws/control", json, id, sizeof id);
}

static int publish(const char *words, char *event, size_t room) {
  static char sent[ROOM];
  char json[4096], quoted[3000], id[80], path[160];
  quote(quoted, sizeof quoted, words);
  snprintf(json, sizeof json, "{\"kind\":1,\"content\":%s}\n", quoted);
  if (request("/cap/nostr/submit", json, id, sizeof id) < 0) return -1;
  snprintf(path, sizeof path, "/cap/nostr/wait/%s", id);
  if (read_file(path, sent, sizeof sent) < 0) return -1;
  const char *inside = strstr(sent, "\"event\"");
  if (!strstr(sent, "\"ok") || !inside || !find_text(inside, "id", event, room)) {
    note("error", "no relay took it: %s", sent);
    failures++;
    return -1;
  }
  note("info", "published %s", event);
  return 0;
}

int main(void) {
  static char spec[ROOM], body[ROOM], quoted[2 * ROOM], result[3 * ROOM];
  char url[1024] = "", socket[1024] = "", words[1024] = "hello", answer[4096] = "", heard[9000] = "\"\"";
  char event[80] = "", member[128];
  if (read_file("/task/spec.json", spec, sizeof spec) < 0) return 1;
  find_text(spec, "url", url, sizeof url);
  find_text(spec, "socket", socket, sizeof socket);
  find_text(spec, "say", words, sizeof words);
  note("info", "begun: fetch %s, say '%s' over %s", url, words, socket);
  int fetched = fetch_body(url, body, sizeof body) == 0;
  int said = say(socket, words, answer, sizeof answer) == 0;
  int published = publish(words, event, sizeof event) == 0;
  quote(quoted, sizeof quoted, body);
  quote(heard, sizeof heard, answer);
  snprintf(member, sizeof member, ",\"event\":\"%s\"", event);
  snprintf(result, sizeof result, "{\"steps\":%d%s%s%s%s%s}\n", fetched + said + published, fetched ? ",\"fetched\":" : "",
           fetched ? quoted : "", said ? ",\"heard\":" : "", said ? heard : "", published ? member : "");
  if (write_file("/task/result.json", result) < 0) return 1;
  note("info", "done: %d of 3", fetched + said + published);
  return failures ? 1 : 0;
}
