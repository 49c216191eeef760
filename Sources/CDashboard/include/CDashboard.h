#ifndef CDASHBOARD_H
#define CDASHBOARD_H

#include <stddef.h>
#include <stdint.h>

/*
 * The files that pages load, which the compiler puts into the program: nothing has to be found or read when it runs, wherever it is installed.
 * They are given out byte by byte, so that no pointer crosses into Swift.
 */
enum dashboard_file {
    dashboard_style,
    dashboard_script,
    dashboard_forms,
    dashboard_lists_script,
    dashboard_live_script,
    dashboard_icon,
    dashboard_example_agent,
};

/* How many bytes it has. */
size_t dashboard_count(enum dashboard_file file);

/* The byte at an index below the count; 0 behind the end. */
uint8_t dashboard_byte(enum dashboard_file file, size_t index);

#endif
