// Empty on purpose. sofia-sip's headers are macros over varargs and cannot be imported into Swift; only the C sources of CSofiaSIP
// include them. This module carries the search path and the library to link.
