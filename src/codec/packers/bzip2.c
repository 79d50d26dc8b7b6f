/* Packs a stream by libbzip2. The host fills `input`, and takes what `run` leaves in `output`. */
#include "bzlib.h"

#define SIZE 65536
#define EXPORT(name) __attribute__((export_name(#name))) name

static char in[SIZE], out[SIZE];
static bz_stream stream;
static int ended;

/* libbzip2 calls it where it finds a mistake of its own. */
void bz_internal_error(int code) { __builtin_trap(); }

char *EXPORT(input)(void) { return in; }

char *EXPORT(output)(void) { return out; }

/* The level is from 1 to 9. Zero where all is well. */
int EXPORT(begin)(int level, int check) { return BZ2_bzCompressInit(&stream, level, 0, 0); }

/* So many bytes are in `input`. */
void EXPORT(take)(int size) {
  stream.next_in = in;
  stream.avail_in = size;
}

/* Returns how many bytes are in `output`, or -1. */
int EXPORT(run)(int last) {
  stream.next_out = out;
  stream.avail_out = SIZE;
  if (last || stream.avail_in > 0) {
    int result = BZ2_bzCompress(&stream, last ? BZ_FINISH : BZ_RUN);
    if (result < 0) return -1;
    ended = result == BZ_STREAM_END;
  }
  return SIZE - stream.avail_out;
}

/* Nothing is left to be done with what `take` gave, or at the end with the stream. */
int EXPORT(is_done)(int last) { return last ? ended : stream.avail_in == 0; }
