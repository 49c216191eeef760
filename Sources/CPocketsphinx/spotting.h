#ifndef TRUNKLINE_CPOCKETSPHINX_SPOTTING_H
#define TRUNKLINE_CPOCKETSPHINX_SPOTTING_H

#include <pocketsphinx.h>
#include <sphinxbase/cmn.h>

/// A decoder that listens for the phrases in the file `phrases`, whose words are in the file `dictionary`. `channel` is the mean
/// cepstrum it begins with and adapts from, 13 values. Null if a file cannot be used.
static inline ps_decoder_t *cps_spotter_new(
    const char *model, const char *dictionary, const char *phrases, const mfcc_t *channel) {
    // `cmd_ln_init` is variadic, which Swift cannot call.
    cmd_ln_t *config = cmd_ln_init(
        NULL, ps_args(), TRUE, "-hmm", model, "-dict", dictionary, "-kws", phrases, NULL);
    if (config == NULL) return NULL;
    ps_decoder_t *decoder = ps_init(config);
    cmd_ln_free_r(config);
    if (decoder != NULL) cmn_live_set(ps_get_feat(decoder)->cmn_struct, channel);
    return decoder;
}

#endif
