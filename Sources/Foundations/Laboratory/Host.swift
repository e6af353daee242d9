import Foundation

/// The machine a run is on.
public struct Host: Codable, Sendable, Hashable {
  /// Its name in the network.
  public var name: String
  /// Operating system and version.
  public var system: String
  /// Instruction set, such as `x86_64`.
  public var architecture: String
  /// The processor as it calls itself; `unknown` where the system does not say.
  public var processor: String
  /// Hardware threads that may be used.
  public var threads: Int

  /// This machine.
  public static let current: Host = {
    let information = ProcessInfo.processInfo
    return Host(
      name: information.hostName, system: information.operatingSystemVersionString,
      architecture: architecture,
      processor: processorField("model name") ?? "unknown", threads: information.activeProcessorCount)
  }()

  /// Extensions of the instruction set that matter to numbers, such as `avx2` and `fma`.
  public static var vectorFeatures: [String] {
    let flags = Set(
      (processorField("flags") ?? processorField("Features") ?? "").split(separator: " ").map(String.init))
    return ["sse2", "avx", "avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "asimd", "sve"].filter(
      flags.contains)
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }

  /// A field of the first processor that Linux tells about.
  private static func processorField(_ name: String) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, parts[0] == name { return parts[1] }
    }
    return nil
  }
}
