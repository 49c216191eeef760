#ifndef CMEDIASOCKET_H
#define CMEDIASOCKET_H

/*
 * The few system calls of the media path whose structures Swift cannot fill comfortably.
 *
 * Unless a function says otherwise it returns a value >= 0, or -errno. Descriptors are non-blocking and close-on-exec.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

typedef struct {
    struct sockaddr_storage storage;
    socklen_t length;
} media_address;

/* Numeric addresses only: nothing is looked up. -EINVAL if it is none. */
int media_resolve(const char *address, uint16_t port, media_address *out);

/* A UDP socket marked for expedited forwarding (RFC 3246). */
int media_udp_open(const media_address *local);
int media_udp_connect(int fd, const media_address *peer);
int media_udp_port(int fd);

/* Never blocks, never raises a signal. The number of bytes taken. */
int media_send(int fd, const uint8_t *bytes, int count);

/*
 * Room for one recvmmsg. `lengths[i]` is the size of the datagram at `data + i * stride`; it is 0 for a datagram that was too long
 * or came from somebody else than the peer. Not to be used by two threads at once.
 */
typedef struct {
    int capacity;
    int stride;
    uint8_t *data;
    uint16_t *lengths;
    void *headers;
} media_batch;

media_batch *media_batch_create(int capacity, int stride);
void media_batch_free(media_batch *batch);

/*
 * Takes what has arrived, at most `limit`. The sender of each datagram is compared, although the socket is connected: datagrams
 * that were queued before it was connected may come from anybody. 0: nothing was there.
 */
int media_receive(media_batch *batch, int fd, const media_address *peer, int limit);

int media_epoll_open(void);
int media_epoll_add(int epoll, int fd, uint64_t tag);
/* A muted descriptor stays in the set without being reported. */
int media_epoll_mute(int epoll, int fd, uint64_t tag, bool muted);
int media_epoll_remove(int epoll, int fd);
/* Waits until something is readable; fills at most 256 tags. */
int media_epoll_wait(int epoll, uint64_t *tags, int capacity);

/* First expiry at the monotonic time `first` (ns), then every `interval` ns. An interval of 0 disarms. */
int media_timer_open(void);
int media_timer_arm(int fd, int64_t first, int64_t interval);
/* Expiries since the last call. */
int64_t media_timer_take(int fd);

/* A counter to wake a thread by. `media_wake_wait` blocks, the others do not. */
int media_wake_open(void);
void media_wake_signal(int fd);
void media_wake_clear(int fd);
void media_wake_wait(int fd);

/* CLOCK_MONOTONIC, ns. */
int64_t media_now(void);
/* CLOCK_REALTIME, ns since 1970. */
int64_t media_wall_clock(void);

/* CPU time of the calling thread and of the whole process, ns. */
int64_t media_thread_cpu(void);
int64_t media_process_cpu(void);

/* Of the calling thread. */
int media_thread_real_time(int priority);
void media_thread_name(const char *name);

/*
 * Measuring.
 */

/* A UDP socket on a port of the system's choice whose datagrams carry the kernel's time of arrival. */
int media_probe_open(const media_address *local);
/* The time of arrival (CLOCK_REALTIME, ns) of the next datagram; 0: none is there. */
int64_t media_probe_take(int fd);

typedef struct {
    int64_t cpu;
    int64_t packets_sent;
    int64_t packets_received;
} media_floor_result;

/*
 * The least that any program must do for this traffic: one thread, plain C, as many sockets as streams, talking to each other in pairs.
 * Every 20 ms each sends one packet that it encodes to mu-law, and decodes what it receives. Blocks for `seconds`.
 */
int media_floor_run(int streams, int seconds, media_floor_result *result);

#endif
