#include "CTensors.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __APPLE__
#define NAME(base) "lib" base ".dylib"
#define BRIDGE "@rpath/" NAME("TorchBridge")
#else
#define NAME(base) "lib" base ".so"
#define BRIDGE NAME("TorchBridge")
#endif

// LibTorch of a Python installation, which may know more devices than the one the bridge finds by itself.
static void prefer(const char *folder) {
  const char *parts[] = {NAME("c10"), NAME("torch_cpu"), NAME("torch_cuda")};
  char path[4096];
  for (int k = 0; k < 3; k++) {
    int length = snprintf(path, sizeof path, "%s/lib/%s", folder, parts[k]);
    if (length > 0 && length < (int)sizeof path) dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  }
}

const ct_functions *ct_load(char *problem, int32_t capacity) {
  const char *folder = getenv("NEUROPIL_LIBTORCH");
  if (folder && *folder) prefer(folder);
  void *library = dlopen(BRIDGE, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(problem, (size_t)capacity, "%s", dlerror());
    return NULL;
  }
  const ct_functions *(*functions)(void) = (const ct_functions *(*)(void))dlsym(library, "ct_bridge_functions");
  if (!functions) {
    snprintf(problem, (size_t)capacity, "%s", dlerror());
    return NULL;
  }
  return functions();
}
