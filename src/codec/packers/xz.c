/* Packs a stream by liblzma. The host fills `input`, and takes what `run` leaves in `output`. */
#include "lzma.h"

#define SIZE 65536
#define EXPORT(name) __attribute__((export_name(#name))) name

static uint8_t in[SIZE], out[SIZE];
static lzma_stream stream = LZMA_STREAM_INIT;
static int ended;

uint8_t *EXPORT(input)(void) { return in; }

uint8_t *EXPORT(output)(void) { return out; }

/* The level is a preset of xz(1). Zero where all is well. */
int EXPORT(begin)(int level, int check) { return lzma_easy_encoder(&stream, level, check); }

/* So many bytes are in `input`. */
void EXPORT(take)(int size) {
  stream.next_in = in;
  stream.avail_in = size;
}

/* Returns how many bytes are in `output`, or -1. */
int EXPORT(run)(int last) {
  stream.next_out = out;
  stream.avail_out = SIZE;
  lzma_ret result = lzma_code(&stream, last ? LZMA_FINISH : LZMA_RUN);
  if (result != LZMA_OK && result != LZMA_STREAM_END && result != LZMA_BUF_ERROR) return -1;
  ended = result == LZMA_STREAM_END;
  return SIZE - stream.avail_out;
}

/* Nothing is left to be done with what `take` gave, or at the end with the stream. */
int EXPORT(is_done)(int last) { return last ? ended : stream.avail_in == 0 && stream.avail_out > 0; }
