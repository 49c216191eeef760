#ifndef CSIP_STACK_H
#define CSIP_STACK_H

#include <pthread.h>

#include "CSofiaSIP.h"

#define SU_ROOT_MAGIC_T struct csip_stack
#define SU_TIMER_ARG_T struct csip_timer
#define NUA_MAGIC_T struct csip_stack
#define NUA_HMAGIC_T void

#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_extra.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sresolv.h>
#include <sofia-sip/su.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_md5.h>
#include <sofia-sip/su_wait.h>
#include <sofia-sip/tport_tag.h>

/// Collects the lines in which the transport logs a message.
struct csip_trace_buffer {
    char *text;
    size_t length, capacity;
    /// 0 outside a message, 1 after its stamp, 2 in its body.
    int stage;
    bool sent;
    char peer[96];
};

struct csip_stack {
    pthread_t thread;
    su_root_t *root;
    nua_t *nua;
    char *url, *user_agent, *nameservers;
    csip_callbacks callbacks;
    struct csip_trace_buffer trace;
    /// The library has let go of everything. Before that it cannot be freed.
    bool is_shut_down;
};

struct csip_timer {
    csip_stack *stack;
    su_timer_t *timer;
    uint64_t id;
};

/// The stack whose thread this is.
extern _Thread_local csip_stack *csip_current_stack;

/// Receives everything sofia logs.
void csip_trace_log(void *stream, char const *format, va_list arguments);

/// Receives everything nua reports.
void csip_nua_event(
    nua_event_t event, int status, char const *phrase, nua_t *nua, struct csip_stack *stack, nua_handle_t *handle, void *magic,
    sip_t const *sip, tagi_t tags[]);

#endif
