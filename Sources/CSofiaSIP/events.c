#include "stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static csip_event_kind kind_of(nua_event_t event) {
    switch (event) {
    case nua_r_invite: return CSIP_INVITE_RESPONSE;
    case nua_i_state: return CSIP_SESSION_STATE;
    case nua_i_terminated: return CSIP_TERMINATED;
    case nua_i_invite: return CSIP_REMOTE_INVITE;
    case nua_i_ack: return CSIP_REMOTE_ACK;
    case nua_i_bye: return CSIP_REMOTE_BYE;
    case nua_i_cancel: return CSIP_REMOTE_CANCEL;
    case nua_i_info: return CSIP_REMOTE_INFO;
    case nua_i_update: return CSIP_REMOTE_UPDATE;
    case nua_r_bye: return CSIP_BYE_RESPONSE;
    case nua_r_refer: return CSIP_REFER_RESPONSE;
    case nua_i_notify: return CSIP_REMOTE_NOTIFY;
    case nua_r_options: return CSIP_OPTIONS_RESPONSE;
    case nua_r_method: return CSIP_REQUEST_RESPONSE;
    case nua_r_shutdown: return CSIP_SHUT_DOWN;
    case nua_i_message: case nua_i_refer: case nua_i_subscribe: case nua_i_publish: case nua_i_register:
    case nua_i_method: case nua_i_options: return CSIP_OTHER_REQUEST;
    default: return CSIP_OTHER;
    }
}

static int q850_of(sip_t const *sip) {
    for (sip_reason_t *reason = sip ? sip->sip_reason : NULL; reason; reason = reason->re_next)
        if (reason->re_protocol && strcasecmp(reason->re_protocol, "Q.850") == 0 && reason->re_cause)
            return atoi(reason->re_cause);
    return -1;
}

/// The status line that a piece of a message begins with.
static int fragment_status_of(sip_t const *sip) {
    if (!sip || !sip->sip_payload || !sip->sip_content_type || !sip->sip_content_type->c_type
        || strcasecmp(sip->sip_content_type->c_type, "message/sipfrag") != 0)
        return -1;
    char line[16] = "";
    size_t length = sip->sip_payload->pl_len < sizeof line - 1 ? sip->sip_payload->pl_len : sizeof line - 1;
    memcpy(line, sip->sip_payload->pl_data, length);
    int status;
    return sscanf(line, "SIP/2.0 %3d", &status) == 1 && status >= 100 && status < 700 ? status : -1;
}

void csip_nua_event(
    nua_event_t event, int status, char const *phrase, nua_t *nua, struct csip_stack *stack, nua_handle_t *handle, void *magic,
    sip_t const *sip, tagi_t tags[]) {
    (void)nua;
    csip_event report = {
        .kind = kind_of(event), .status = status, .phrase = phrase ? phrase : "", .state = -1,
        .handle = (csip_handle *)handle, .id = (uint64_t)(uintptr_t)magic, .q850 = q850_of(sip),
        .fragment_status = fragment_status_of(sip),
        .message = (const csip_message *)sip,
    };
    if (event == nua_i_state) tl_gets(tags, NUTAG_CALLSTATE_REF(report.state), TAG_END());
    if (sip && sip->sip_payload && sip->sip_content_type && sip->sip_content_type->c_type
        && strcasecmp(sip->sip_content_type->c_type, "application/sdp") == 0) {
        report.sdp = sip->sip_payload->pl_data;
        report.sdp_length = sip->sip_payload->pl_len;
    }
    if (event == nua_r_shutdown && status >= 200) stack->is_shut_down = true;
    stack->callbacks.event(stack->callbacks.context, &report);
}

ptrdiff_t csip_message_header(const csip_message *message, const char *name, char *buffer, size_t capacity) {
    sip_t const *sip = (sip_t const *)message;
    sip_header_t *header = sip->sip_request ? (sip_header_t *)sip->sip_request : (sip_header_t *)sip->sip_status;
    // Along the chain of fragments, where known and unknown headers stand in their order on the wire.
    for (; header; header = (sip_header_t *)header->sh_succ) {
        msg_hclass_t *kind = header->sh_class;
        if (kind == sip_unknown_class) {
            sip_unknown_t *unknown = (sip_unknown_t *)header;
            if (strcasecmp(unknown->un_name, name) != 0) continue;
            size_t length = strlen(unknown->un_value);
            if (length >= capacity) return -1;
            memcpy(buffer, unknown->un_value, length + 1);
            return (ptrdiff_t)length;
        }
        if (!kind->hc_name || strcasecmp(kind->hc_name, name) != 0) continue;
        ptrdiff_t length = sip_header_field_e(buffer, (isize_t)capacity, header, 0);
        return length >= 0 && (size_t)length < capacity ? length : -1;
    }
    return -1;
}

const char *csip_message_method(const csip_message *message) {
    sip_t const *sip = (sip_t const *)message;
    return sip->sip_request ? sip->sip_request->rq_method_name : NULL;
}

const char *csip_message_request_user(const csip_message *message) {
    sip_t const *sip = (sip_t const *)message;
    return sip->sip_request ? sip->sip_request->rq_url->url_user : NULL;
}

const char *csip_message_identity_user(const csip_message *message) {
    sip_p_asserted_identity_t *identity = sip_p_asserted_identity((sip_t const *)message);
    return identity ? identity->paid_url->url_user : NULL;
}

const char *csip_message_from_user(const csip_message *message) {
    sip_t const *sip = (sip_t const *)message;
    return sip->sip_from ? sip->sip_from->a_url->url_user : NULL;
}

const char *csip_message_call_id(const csip_message *message) {
    sip_t const *sip = (sip_t const *)message;
    return sip->sip_call_id ? sip->sip_call_id->i_id : NULL;
}

bool csip_message_is_tcp(const csip_message *message) {
    sip_t const *sip = (sip_t const *)message;
    return sip->sip_via && sip->sip_via->v_protocol && strcasecmp(sip->sip_via->v_protocol, "SIP/2.0/TCP") == 0;
}

static msg_auth_t const *challenge_of(const csip_message *message) {
    sip_t const *sip = (sip_t const *)message;
    if (!sip) return NULL;
    return sip->sip_proxy_authenticate ? sip->sip_proxy_authenticate : sip->sip_www_authenticate;
}

bool csip_message_is_stale(const csip_message *message) {
    msg_auth_t const *challenge = challenge_of(message);
    const char *stale = challenge ? msg_header_find_param(challenge->au_common, "stale=") : NULL;
    return stale && (strcasecmp(stale, "true") == 0 || strcasecmp(stale, "\"true\"") == 0);
}

bool csip_handle_authenticate(
    csip_handle *handle, const csip_event *event, const char *user, const char *password, const char *via) {
    msg_auth_t const *challenge = challenge_of(event->message);
    const char *realm = challenge ? msg_header_find_param(challenge->au_common, "realm=") : NULL;
    if (!realm) return false;
    su_home_t home[1] = { SU_HOME_INIT(home) };
    // The realm keeps the quotes it came with, as the library wants it.
    char *credentials = su_sprintf(home, "%s:%s:%s:%s", challenge->au_scheme, realm, user, password);
    if (credentials)
        nua_authenticate(
            (nua_handle_t *)handle, NUTAG_AUTH(credentials),
            TAG_IF(via, SIPTAG_VIA(SIP_NONE)), TAG_IF(via, SIPTAG_VIA_STR(via)),
            TAG_END());
    su_home_deinit(home);
    return credentials != NULL;
}
