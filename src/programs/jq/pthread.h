/* What jq uses of POSIX threads, for a program with one thread: wasi-libc has no <pthread.h> without threads. */
#ifndef PTHREAD_H
#define PTHREAD_H

#define PTHREAD_ONCE_INIT 0
#define PTHREAD_KEYS 8

typedef int pthread_once_t;
typedef unsigned pthread_key_t;

/* Each source file has its own: a key is made and used in one file. */
static void *pthread_values[PTHREAD_KEYS];
static unsigned pthread_keys;

static inline int pthread_once(pthread_once_t *once, void (*run)(void)) {
  if (!*once) {
    *once = 1;
    run();
  }
  return 0;
}

/* The destructor would run at the end of a thread. Those of the main thread do not run at exit(3) either. */
static inline int pthread_key_create(pthread_key_t *key, void (*destroy)(void *)) {
  (void)destroy;
  if (pthread_keys == PTHREAD_KEYS) return 11;
  *key = pthread_keys++;
  return 0;
}

static inline int pthread_setspecific(pthread_key_t key, const void *value) {
  pthread_values[key] = (void *)value;
  return 0;
}

static inline void *pthread_getspecific(pthread_key_t key) {
  return pthread_values[key];
}

#endif
