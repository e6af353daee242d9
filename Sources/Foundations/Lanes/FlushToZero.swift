#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs `body` with numbers too small for full precision taken as zero, in this thread.
///
/// Decaying traces end in such numbers, and processors compute with them up to a hundred times slower.
public func flushingToZero<Result>(_ body: () throws -> Result) rethrows -> Result {
  var before = fenv_t()
  fegetenv(&before)
  var during = before
  #if arch(x86_64)
    during.__mxcsr |= 0x8040
  #elseif arch(arm64)
    during.__fpcr |= 1 << 24
  #endif
  fesetenv(&during)
  defer { fesetenv(&before) }
  return try body()
}
