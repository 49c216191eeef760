#include "webrtc_vad.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

static struct {
    void *(*create)(void);
    void (*free)(void *);
    int (*init)(void *);
    int (*set_mode)(void *, int);
    int (*process)(void *, int, const int16_t *, size_t);
    bool complete;
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void look_up(void) {
    void *handle = dlopen("libwebrtc_audio_processing.so.1", RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return;
    *(void **)&library.create = dlsym(handle, "WebRtcVad_Create");
    *(void **)&library.free = dlsym(handle, "WebRtcVad_Free");
    *(void **)&library.init = dlsym(handle, "WebRtcVad_Init");
    *(void **)&library.set_mode = dlsym(handle, "WebRtcVad_set_mode");
    *(void **)&library.process = dlsym(handle, "WebRtcVad_Process");
    library.complete =
        library.create && library.free && library.init && library.set_mode && library.process;
}

struct trunkline_vad {
    void *instance;
};

trunkline_vad *trunkline_vad_new(int mode) {
    pthread_once(&once, look_up);
    if (!library.complete) return NULL;
    trunkline_vad *vad = malloc(sizeof *vad);
    if (vad == NULL) return NULL;
    vad->instance = library.create();
    if (vad->instance == NULL || library.init(vad->instance) != 0 || library.set_mode(vad->instance, mode) != 0) {
        trunkline_vad_free(vad);
        return NULL;
    }
    return vad;
}

int trunkline_vad_process(trunkline_vad *vad, const int16_t *samples, size_t count) {
    return library.process(vad->instance, 8000, samples, count);
}

void trunkline_vad_free(trunkline_vad *vad) {
    if (vad->instance != NULL) library.free(vad->instance);
    free(vad);
}
