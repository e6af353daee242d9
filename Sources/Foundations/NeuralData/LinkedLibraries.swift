import CPNG
import CZlib

/// The native libraries this module runs with.
public enum LinkedLibraries {
  /// The version of zlib, such as `1.3.1`.
  public static var zlib: String { String(cString: zlibVersion()) }
  /// The version of libpng, such as `1.6.43`.
  public static var png: String { String(cString: png_get_libpng_ver(nil)) }
}
