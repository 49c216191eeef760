#include "stack.h"

#include <stdlib.h>
#include <string.h>

_Thread_local csip_stack *csip_current_stack;

extern su_log_t nua_log[], nta_log[], tport_log[], su_log_default[];

static pthread_once_t prepared = PTHREAD_ONCE_INIT;

/// Once per process: the parser's table of headers and the log are global to the library.
static void prepare(void) {
    su_init();
    // P-Asserted-Identity and its like are not in the default table.
    sip_update_default_mclass(sip_extend_mclass(NULL));
    su_log_redirect(NULL, csip_trace_log, NULL);
    su_log_set_level(NULL, 0);
    su_log_set_level(nua_log, 0);
    su_log_set_level(nta_log, 0);
    su_log_set_level(tport_log, 0);
}

static bool create(csip_stack *stack) {
    if (!stack->root) return false;
    // The agent shares this thread instead of making its own.
    su_root_threading(stack->root, 0);
    stack->nua = nua_create(
        stack->root, csip_nua_event, stack,
        NUTAG_URL(stack->url),
        SIPTAG_USER_AGENT_STR(stack->user_agent),
        NUTAG_MEDIA_ENABLE(0), NUTAG_AUTOANSWER(0), NUTAG_AUTOALERT(0), NUTAG_AUTOACK(1), NUTAG_ENABLEINVITE(1),
        NUTAG_AUTO302(0),
        SIPTAG_ALLOW_STR("INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, INFO, UPDATE, NOTIFY"),
        SIPTAG_SUPPORTED_STR("timer, 100rel"),
        NUTAG_APPL_METHOD(NULL), NUTAG_APPL_METHOD("INVITE, ACK, INFO, UPDATE"),
        // The far end's session timer is kept; none is asked for. The 422 that asking can bring is answered by the library with a repetition under
        // the same branch.
        NUTAG_SESSION_TIMER(0), NUTAG_MIN_SE(90), NUTAG_SESSION_REFRESHER(nua_any_refresher), NUTAG_UPDATE_REFRESH(1),
        NUTAG_OUTBOUND("no-options-keepalive no-natify no-validate"),
#ifdef NUTAG_MAX_RETRY_AFTER
        // Without this a 503 with Retry-After is answered by a second INVITE behind our back.
        NUTAG_MAX_RETRY_AFTER(0),
#endif
        NTATAG_SERVER_RPORT(1), NTATAG_CLIENT_RPORT(1),
        // Lets an INVITE have a branch that was decided before, and a CANCEL repeat the Via of an INVITE that an earlier process sent. Requests
        // without a Via get one as usual.
        NTATAG_USER_VIA(1),
        // A trunk that is spoken to over UDP seldom listens on TCP: large requests do not change the transport.
        NTATAG_UDP_MTU(65535),
        TPTAG_LOG(1),
        // We are no STUN server; the library's prints what it cannot parse to standard error.
        TPTAG_STUN_SERVER(0),
        // A few hundred calls can begin in one moment; what does not fit is lost, and costs half a second.
        TPTAG_UDP_RMEM(4 << 20),
        TAG_IF(stack->nameservers, SRESTAG_RESOLV_CONF(stack->nameservers)),
        TAG_END());
    return stack->nua != NULL;
}

static void *run(void *argument) {
    csip_stack *stack = argument;
    csip_callbacks callbacks = stack->callbacks;
    csip_current_stack = stack;
    stack->root = su_root_create(stack);
    // The library takes messages off its new sockets while it is being made: they are traced before it is started.
    callbacks.began(callbacks.context, stack);
    bool ok = create(stack);
    callbacks.started(callbacks.context, stack, ok);
    if (ok) {
        su_root_run(stack->root);
        if (stack->is_shut_down) nua_destroy(stack->nua);
    }
    callbacks.finished(callbacks.context);
    // A library that did not finish in time is left as it is: its ports come free with the process.
    if (stack->root && (!ok || stack->is_shut_down)) su_root_destroy(stack->root);
    csip_current_stack = NULL;
    return NULL;
}

csip_stack *csip_stack_start(
    const char *url, const char *user_agent, const char *nameservers, csip_callbacks callbacks) {
    pthread_once(&prepared, prepare);
    csip_stack *stack = calloc(1, sizeof *stack);
    if (!stack) return NULL;
    stack->url = strdup(url);
    stack->user_agent = strdup(user_agent);
    stack->nameservers = nameservers ? strdup(nameservers) : NULL;
    stack->callbacks = callbacks;
    if (pthread_create(&stack->thread, NULL, run, stack) != 0) {
        free(stack->url), free(stack->user_agent), free(stack->nameservers), free(stack);
        return NULL;
    }
    return stack;
}

void csip_stack_join(csip_stack *stack) {
    pthread_join(stack->thread, NULL);
    free(stack->trace.text);
    free(stack->url), free(stack->user_agent), free(stack->nameservers), free(stack);
}

bool csip_stack_is_current(const csip_stack *stack) { return csip_current_stack == stack; }

static void woken(su_root_magic_t *stack, su_msg_r message, su_msg_arg_t *unused) {
    (void)message, (void)unused;
    stack->callbacks.woken(stack->callbacks.context);
}

void csip_stack_wake(csip_stack *stack) {
    su_msg_r message = SU_MSG_R_INIT;
    // The payload is not used; the library wants one byte at least.
    if (stack->root && su_msg_create(message, su_root_task(stack->root), su_task_null, woken, 1) == 0) su_msg_send(message);
}

void csip_stack_shut_down(csip_stack *stack) { nua_shutdown(stack->nua); }

void csip_stack_stop(csip_stack *stack) { su_root_break(stack->root); }

static void fired(su_root_magic_t *magic, su_timer_t *timer, su_timer_arg_t *entry) {
    (void)magic, (void)timer;
    csip_stack *stack = entry->stack;
    uint64_t id = entry->id;
    csip_timer_cancel(entry);
    stack->callbacks.timer(stack->callbacks.context, id);
}

csip_timer *csip_timer_start(csip_stack *stack, int64_t milliseconds, uint64_t id) {
    csip_timer *entry = calloc(1, sizeof *entry);
    if (!entry) return NULL;
    entry->stack = stack;
    entry->id = id;
    entry->timer = su_timer_create(su_root_task(stack->root), 0);
    // The library compares times within half the range of 32 bits.
    if (milliseconds > INT32_MAX) milliseconds = INT32_MAX;
    if (entry->timer) su_timer_set_interval(entry->timer, fired, entry, (su_duration_t)milliseconds);
    return entry;
}

void csip_timer_cancel(csip_timer *timer) {
    if (timer->timer) su_timer_destroy(timer->timer);
    free(timer);
}

void csip_md5(const char *text, size_t length, char hex[33]) {
    su_md5_t context;
    su_md5_init(&context);
    su_md5_update(&context, text, length);
    su_md5_hexdigest(&context, hex);
    su_md5_deinit(&context);
}
