// The bridge between CTensors' table and LibTorch; loaded when it is first needed, never linked against.
#ifndef TORCHBRIDGE_H
#define TORCHBRIDGE_H

#include "../../CTensors/include/CTensors.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The table's functions.
const ct_functions *ct_bridge_functions(void);

#ifdef __cplusplus
}
#endif

#endif
