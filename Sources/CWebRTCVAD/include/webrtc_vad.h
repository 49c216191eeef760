#ifndef TRUNKLINE_WEBRTC_VAD_H
#define TRUNKLINE_WEBRTC_VAD_H

#include <stddef.h>
#include <stdint.h>

// The voice activity detector inside Debian's libwebrtc_audio_processing, which exports it without a header. A later release may hide
// it, so it is looked up when the program runs.

typedef struct trunkline_vad trunkline_vad;

/// A detector. `mode` is 0 (lets most through) to 3 (strictest). Null if the library or a symbol is not there. Any thread.
trunkline_vad *trunkline_vad_new(int mode);
/// Whether `count` samples (80, 160 or 240) at 8,000 Hz are speech: 1 or 0; -1 for another count. One thread at a time.
int trunkline_vad_process(trunkline_vad *vad, const int16_t *samples, size_t count);
void trunkline_vad_free(trunkline_vad *vad);

#endif
