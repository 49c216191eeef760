#define _GNU_SOURCE
#include "CMediaSocket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int media_resolve(const char *address, uint16_t port, media_address *out) {
    struct addrinfo hints = {
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
        .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_DGRAM,
    };
    char service[8];
    snprintf(service, sizeof service, "%u", (unsigned)port);
    struct addrinfo *found = NULL;
    if (getaddrinfo(address, service, &hints, &found) != 0 || !found) return -EINVAL;
    memset(out, 0, sizeof *out);
    memcpy(&out->storage, found->ai_addr, found->ai_addrlen);
    out->length = found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}

int media_udp_open(const media_address *local) {
    int family = local->storage.ss_family;
    int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    /* Marking is a wish to the network; a system that refuses it still carries the call. */
    int class = IPTOS_DSCP_EF;
    if (family == AF_INET6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &class, sizeof class);
    } else {
        setsockopt(fd, IPPROTO_IP, IP_TOS, &class, sizeof class);
    }
    if (bind(fd, (const struct sockaddr *)&local->storage, local->length) != 0) {
        int failure = -errno;
        close(fd);
        return failure;
    }
    return fd;
}

int media_udp_connect(int fd, const media_address *peer) {
    return connect(fd, (const struct sockaddr *)&peer->storage, peer->length) == 0 ? 0 : -errno;
}

int media_udp_port(int fd) {
    media_address local = {.length = sizeof local.storage};
    if (getsockname(fd, (struct sockaddr *)&local.storage, &local.length) != 0) return -errno;
    if (local.storage.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&local.storage)->sin6_port);
    return ntohs(((struct sockaddr_in *)&local.storage)->sin_port);
}

int media_send(int fd, const uint8_t *bytes, int count) {
    ssize_t sent = send(fd, bytes, (size_t)count, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : (int)sent;
}

struct headers {
    struct mmsghdr *messages;
    struct iovec *parts;
    struct sockaddr_storage *names;
};

media_batch *media_batch_create(int capacity, int stride) {
    size_t count = (size_t)capacity;
    media_batch *batch = calloc(1, sizeof *batch);
    struct headers *headers = calloc(1, sizeof *headers);
    if (!batch || !headers) abort();
    batch->capacity = capacity;
    batch->stride = stride;
    batch->data = calloc(count, (size_t)stride);
    batch->lengths = calloc(count, sizeof *batch->lengths);
    headers->messages = calloc(count, sizeof *headers->messages);
    headers->parts = calloc(count, sizeof *headers->parts);
    headers->names = calloc(count, sizeof *headers->names);
    if (!batch->data || !batch->lengths || !headers->messages || !headers->parts || !headers->names) abort();
    for (size_t i = 0; i < count; i++) {
        headers->parts[i].iov_base = batch->data + i * (size_t)stride;
        headers->parts[i].iov_len = (size_t)stride;
        headers->messages[i].msg_hdr.msg_iov = &headers->parts[i];
        headers->messages[i].msg_hdr.msg_iovlen = 1;
        headers->messages[i].msg_hdr.msg_name = &headers->names[i];
        headers->messages[i].msg_hdr.msg_namelen = sizeof headers->names[i];
    }
    batch->headers = headers;
    return batch;
}

void media_batch_free(media_batch *batch) {
    struct headers *headers = batch->headers;
    free(headers->messages);
    free(headers->parts);
    free(headers->names);
    free(headers);
    free(batch->data);
    free(batch->lengths);
    free(batch);
}

static bool same_sender(const struct sockaddr_storage *a, const media_address *b) {
    if (a->ss_family != b->storage.ss_family) return false;
    if (a->ss_family == AF_INET6) {
        const struct sockaddr_in6 *x = (const struct sockaddr_in6 *)a, *y = (const struct sockaddr_in6 *)&b->storage;
        return x->sin6_port == y->sin6_port && memcmp(&x->sin6_addr, &y->sin6_addr, sizeof x->sin6_addr) == 0;
    }
    const struct sockaddr_in *x = (const struct sockaddr_in *)a, *y = (const struct sockaddr_in *)&b->storage;
    return x->sin_port == y->sin_port && x->sin_addr.s_addr == y->sin_addr.s_addr;
}

int media_receive(media_batch *batch, int fd, const media_address *peer, int limit) {
    struct headers *headers = batch->headers;
    if (limit > batch->capacity) limit = batch->capacity;
    int count = recvmmsg(fd, headers->messages, (unsigned)limit, MSG_DONTWAIT, NULL);
    if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        struct msghdr *message = &headers->messages[i].msg_hdr;
        bool usable = !(message->msg_flags & MSG_TRUNC) && same_sender(&headers->names[i], peer);
        batch->lengths[i] = usable ? (uint16_t)headers->messages[i].msg_len : 0;
        message->msg_namelen = sizeof headers->names[i];
    }
    return count;
}
