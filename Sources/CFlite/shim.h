#ifndef TRUNKLINE_CFLITE_H
#define TRUNKLINE_CFLITE_H

#include <flite/flite.h>

// flite's headers declare neither the voices nor the lexicon.
cst_voice *register_cmu_us_slt(const char *voxdir);
cst_voice *register_cmu_us_rms(const char *voxdir);
cst_voice *register_cmu_us_awb(const char *voxdir);
cst_voice *register_cmu_us_kal(const char *voxdir);
cst_lexicon *cmu_lex_init(void);

// Where each voice library remembers that it is registered.
extern cst_voice *cmu_us_slt_cg;
extern cst_voice *cmu_us_rms_cg;
extern cst_voice *cmu_us_awb_cg;
extern cst_voice *cmu_us_kal_diphone;

typedef enum { CFLITE_SLT, CFLITE_RMS, CFLITE_AWB, CFLITE_KAL } cflite_voice_name;

/// A new instance of a voice. The libraries keep one instance each; its reference counts are not atomic, so threads must not share
/// it. Forgetting it makes the library build another. Not to be called from two threads at once. Null if the voice cannot be made.
static inline cst_voice *cflite_voice_new(cflite_voice_name name) {
    switch (name) {
    case CFLITE_SLT: cmu_us_slt_cg = NULL; return register_cmu_us_slt(NULL);
    case CFLITE_RMS: cmu_us_rms_cg = NULL; return register_cmu_us_rms(NULL);
    case CFLITE_AWB: cmu_us_awb_cg = NULL; return register_cmu_us_awb(NULL);
    case CFLITE_KAL: cmu_us_kal_diphone = NULL; return register_cmu_us_kal(NULL);
    }
    return NULL;
}

#endif
