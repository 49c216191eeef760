#define _GNU_SOURCE
#include "CMediaSocket.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const int64_t second = 1000000000;

int media_epoll_open(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int media_epoll_add(int epoll, int fd, uint64_t tag) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = tag};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

int media_epoll_mute(int epoll, int fd, uint64_t tag, bool muted) {
    /* EPOLLERR is reported whatever one asks for; only edge triggering makes it come once. */
    struct epoll_event event = {.events = muted ? EPOLLET : EPOLLIN, .data.u64 = tag};
    return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0 ? 0 : -errno;
}

int media_epoll_remove(int epoll, int fd) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL) == 0 ? 0 : -errno;
}

int media_epoll_wait(int epoll, uint64_t *tags, int capacity) {
    struct epoll_event events[256];
    int count = epoll_wait(epoll, events, capacity < 256 ? capacity : 256, -1);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) tags[i] = events[i].data.u64;
    return count;
}

int media_timer_open(void) {
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int media_timer_arm(int fd, int64_t first, int64_t interval) {
    struct itimerspec times = {
        .it_interval = {.tv_sec = interval / second, .tv_nsec = interval % second},
        .it_value = {.tv_sec = first / second, .tv_nsec = first % second},
    };
    if (interval == 0) memset(&times, 0, sizeof times);
    return timerfd_settime(fd, TFD_TIMER_ABSTIME, &times, NULL) == 0 ? 0 : -errno;
}

int64_t media_timer_take(int fd) {
    uint64_t count = 0;
    return read(fd, &count, sizeof count) == sizeof count ? (int64_t)count : 0;
}

int media_wake_open(void) {
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

void media_wake_signal(int fd) {
    uint64_t one = 1;
    /* Fails only when the counter is full, and then the other side is awake anyway. */
    ssize_t written = write(fd, &one, sizeof one);
    (void)written;
}

void media_wake_clear(int fd) {
    uint64_t count;
    ssize_t taken = read(fd, &count, sizeof count);
    (void)taken;
}

void media_wake_wait(int fd) {
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    poll(&wanted, 1, -1);
    media_wake_clear(fd);
}

static int64_t read_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * second + now.tv_nsec;
}

int64_t media_now(void) {
    return read_clock(CLOCK_MONOTONIC);
}

int64_t media_wall_clock(void) {
    return read_clock(CLOCK_REALTIME);
}

int64_t media_thread_cpu(void) {
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

int64_t media_process_cpu(void) {
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

int media_thread_real_time(int priority) {
    struct sched_param parameters = {.sched_priority = priority};
    return -pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);
}

void media_thread_name(const char *name) {
    pthread_setname_np(pthread_self(), name);
}
