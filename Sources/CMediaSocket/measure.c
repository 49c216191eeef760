#define _GNU_SOURCE
#include "CMediaSocket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int media_probe_open(const media_address *local) {
    int fd = media_udp_open(local);
    if (fd < 0) return fd;
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) {
        int failure = -errno;
        close(fd);
        return failure;
    }
    return fd;
}

int64_t media_probe_take(int fd) {
    uint8_t bytes[2048];
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(struct timespec))];
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = sizeof bytes};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    if (recvmsg(fd, &message, MSG_DONTWAIT) < 0) return 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec time;
        memcpy(&time, CMSG_DATA(header), sizeof time);
        return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    }
    return media_wall_clock();
}

enum { samples = 160, header = 12, interval = 20000000 };

static uint8_t encoded[65536];
static int16_t decoded[256];

static void fill_tables(void) {
    for (int code = 0; code < 256; code++) {
        int bits = ~code & 0xFF;
        int magnitude = ((((bits & 0x0F) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
        decoded[code] = (int16_t)(bits & 0x80 ? -magnitude : magnitude);
    }
    for (int sample = -32768; sample < 32768; sample++) {
        int magnitude = sample < 0 ? ~sample : sample;
        int biased = (magnitude > 32635 ? 32635 : magnitude) + 0x84;
        int segment = 7;
        while (segment > 0 && !(biased & (0x80 << segment))) segment--;
        int code = (sample < 0 ? 0x80 : 0) | segment << 4 | ((biased >> (segment + 3)) & 0x0F);
        encoded[(uint16_t)sample] = (uint8_t)~code;
    }
}

/* Two sockets that know only each other. */
static int open_pair(int sockets[2]) {
    media_address ends[2];
    for (int i = 0; i < 2; i++) {
        if (media_resolve("127.0.0.1", 0, &ends[i]) != 0) return -EINVAL;
        sockets[i] = media_udp_open(&ends[i]);
        if (sockets[i] < 0) return sockets[i];
        getsockname(sockets[i], (struct sockaddr *)&ends[i].storage, &ends[i].length);
    }
    for (int i = 0; i < 2; i++) {
        int failure = media_udp_connect(sockets[i], &ends[1 - i]);
        if (failure != 0) return failure;
    }
    return 0;
}

int media_floor_run(int streams, int seconds, media_floor_result *result) {
    fill_tables();
    memset(result, 0, sizeof *result);
    int *sockets = calloc((size_t)streams + 1, sizeof *sockets);
    int epoll = media_epoll_open(), timer = media_timer_open(), failure = 0;
    for (int i = 0; i < streams && failure == 0; i += 2) {
        failure = open_pair(sockets + i);
        for (int j = i; j < i + 2 && failure == 0; j++) failure = media_epoll_add(epoll, sockets[j], (uint64_t)j);
    }
    if (failure == 0) failure = media_epoll_add(epoll, timer, UINT64_MAX);
    int64_t end = media_now() + seconds * 1000000000LL, cpu = media_thread_cpu();
    media_timer_arm(timer, media_now() + interval, interval);
    uint64_t tags[256];
    uint8_t packet[header + samples] = {0x80}, incoming[2048];
    volatile int16_t heard[samples];
    uint32_t clock = 0;
    while (failure == 0 && media_now() < end) {
        int count = media_epoll_wait(epoll, tags, 256);
        int64_t ticks = 0;
        for (int i = 0; i < count; i++) {
            if (tags[i] == UINT64_MAX) {
                ticks = media_timer_take(timer);
                continue;
            }
            ssize_t length;
            while ((length = recv(sockets[tags[i]], incoming, sizeof incoming, MSG_DONTWAIT)) >= header) {
                for (ssize_t k = header; k < length && k < header + samples; k++) heard[k - header] = decoded[incoming[k]];
                result->packets_received++;
            }
        }
        for (; ticks > 0; ticks--) {
            clock += samples;
            for (int i = 0; i < streams; i++) {
                for (int k = 0; k < samples; k++) packet[header + k] = encoded[(uint16_t)(k * 397 + (int)clock + i)];
                memcpy(packet + 4, &clock, sizeof clock);
                if (media_send(sockets[i], packet, sizeof packet) > 0) result->packets_sent++;
            }
        }
    }
    result->cpu = media_thread_cpu() - cpu;
    for (int i = 0; i < streams; i++) {
        if (sockets[i] > 0) close(sockets[i]);
    }
    close(epoll);
    close(timer);
    free(sockets);
    return failure;
}
