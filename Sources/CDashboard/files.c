#include "CDashboard.h"

/* In C23, and in clang 19 or later for every C. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t style[] = {
#embed "dashboard.css"
};

static const uint8_t script[] = {
#embed "dashboard.js"
};

static const uint8_t forms[] = {
#embed "forms.js"
};

static const uint8_t lists_script[] = {
#embed "lists.js"
};

static const uint8_t live_script[] = {
#embed "live.js"
};

static const uint8_t icon[] = {
#embed "icon.svg"
};

static const uint8_t example_agent[] = {
#embed "../../Examples/agents/appointment-reminder.yaml"
};

struct bytes {
    const uint8_t *start;
    size_t count;
};

static struct bytes bytes_of(enum dashboard_file file) {
    switch (file) {
    case dashboard_style: return (struct bytes){style, sizeof style};
    case dashboard_script: return (struct bytes){script, sizeof script};
    case dashboard_forms: return (struct bytes){forms, sizeof forms};
    case dashboard_lists_script: return (struct bytes){lists_script, sizeof lists_script};
    case dashboard_live_script: return (struct bytes){live_script, sizeof live_script};
    case dashboard_icon: return (struct bytes){icon, sizeof icon};
    case dashboard_example_agent: return (struct bytes){example_agent, sizeof example_agent};
    }
    return (struct bytes){style, 0};
}

size_t dashboard_count(enum dashboard_file file) {
    return bytes_of(file).count;
}

uint8_t dashboard_byte(enum dashboard_file file, size_t index) {
    struct bytes bytes = bytes_of(file);
    return index < bytes.count ? bytes.start[index] : 0;
}
