#include "CMediaSocket.h"
