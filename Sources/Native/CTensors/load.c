#define _GNU_SOURCE
#include "CTensors.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// LibTorch has matrix products of its own under the names of BLAS. A program that links another BLAS, as igraph brings the
// reference one, would lend it those, which are many times slower.
#ifdef RTLD_DEEPBIND
#define OWN_SYMBOLS_FIRST RTLD_DEEPBIND
#else
#define OWN_SYMBOLS_FIRST 0
#endif

#ifdef __APPLE__
#define NAME(base) "lib" base ".dylib"
#define BRIDGE "@rpath/" NAME("TorchBridge")
#else
#define NAME(base) "lib" base ".so"
#define BRIDGE NAME("TorchBridge")
#endif

// LibTorch of a Python installation, which may know more devices than the one the bridge finds by itself.
static bool prefer(const char *folder, char *problem, size_t capacity) {
  const char *parts[] = {NAME("c10"), NAME("torch_cpu"), NAME("torch_cuda")};
  for (int k = 0; k < 3; k++) {
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/lib/%s", folder, parts[k]);
    bool fits = length > 0 && length < (int)sizeof path;
    // A build for the processor alone has no third part.
    if (fits && k == 2 && access(path, F_OK) != 0) return true;
    if (!fits || !dlopen(path, RTLD_NOW | RTLD_GLOBAL | OWN_SYMBOLS_FIRST)) {
      const char *reason = fits ? dlerror() : "the path is too long";
      snprintf(problem, capacity, "NEUROPIL_LIBTORCH: %s", reason);
      return false;
    }
  }
  return true;
}

// Whether the installation is of the version that the bridge was compiled for: another one's objects are laid out
// otherwise.
static bool fits(const char *folder, const char *version, char *problem, size_t capacity) {
  char path[4096], line[256], found[64] = "unknown";
  snprintf(path, sizeof path, "%s/version.py", folder);
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file))
    if (sscanf(line, "__version__ = '%63[0-9.]", found) == 1) break;
  if (file) fclose(file);
  if (strcmp(found, version) == 0) return true;
  snprintf(problem, capacity, "NEUROPIL_LIBTORCH has version %s, this program needs %s", found, version);
  return false;
}

const ct_functions *ct_load(char *problem, int32_t capacity) {
  const char *folder = getenv("NEUROPIL_LIBTORCH");
  if (folder && !*folder) folder = NULL;
  if (folder && !prefer(folder, problem, (size_t)capacity)) return NULL;
  void *library = dlopen(BRIDGE, RTLD_NOW | RTLD_LOCAL | OWN_SYMBOLS_FIRST);
  const ct_functions *(*functions)(void) =
    library ? (const ct_functions *(*)(void))dlsym(library, "ct_bridge_functions") : NULL;
  if (!functions) {
    snprintf(problem, (size_t)capacity, "%s", dlerror());
    return NULL;
  }
  if (folder && !fits(folder, functions()->version(), problem, (size_t)capacity)) return NULL;
  return functions();
}
