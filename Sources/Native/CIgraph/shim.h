#pragma once
#include <igraph.h>
