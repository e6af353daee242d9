import CTensors

/// Where a tensor's numbers are and its operations are computed.
public struct Device: Sendable, Hashable, CustomStringConvertible {
  /// The kinds of devices.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The machine's processor.
    case cpu
    /// A graphics card of NVIDIA's.
    case cuda
    /// A Mac's graphics processor.
    case mps

    var code: Int32 {
      switch self {
      case .cpu: Int32(CT_CPU)
      case .cuda: Int32(CT_CUDA)
      case .mps: Int32(CT_MPS)
      }
    }

    /// How many devices of the kind can be used now.
    public var count: Int {
      LibTorch.loaded.functions.map { Int($0.pointee.device_count(code)) } ?? 0
    }
  }

  /// Its kind.
  public var kind: Kind
  /// Which of several of its kind, from 0.
  public var index: Int

  /// A device, whether or not it is there.
  public init(_ kind: Kind, index: Int = 0) {
    self.kind = kind
    self.index = index
  }

  /// The machine's processor.
  public static let cpu = Device(.cpu)

  /// A device as a user names it: `cpu`, `cuda`, `cuda:1` or `mps`.
  ///
  /// - Throws: ``TensorError`` when there is no such device, with those that there are.
  public init(named name: String) throws(TensorError) {
    _ = try LibTorch.functions()
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let usable = Device.usable.map(\.description).joined(separator: ", ")
    guard let kind = Kind(rawValue: String(parts[0])), let index = parts.count == 1 ? 0 : Int(parts[1]),
      index >= 0
    else {
      throw TensorError(
        .deviceMissing, "device", "'\(name)' names no kind of device; expected cpu, cuda, cuda:1 or mps",
        remedy: "usable here: \(usable)")
    }
    guard index < kind.count else {
      throw TensorError(
        .deviceMissing, "device", "there is no device '\(name)'", remedy: "usable here: \(usable)")
    }
    self.init(kind, index: index)
  }

  /// Every device that can be used now.
  public static var usable: [Device] {
    Kind.allCases.flatMap { kind in (0..<kind.count).map { Device(kind, index: $0) } }
  }

  /// Waits until the device has done all it was given; does nothing on the processor.
  public func synchronize() throws(TensorError) {
    guard try LibTorch.functions().pointee.synchronize(kind.code, Int32(index)) else {
      throw LibTorch.failure("synchronize", [])
    }
  }

  /// `cpu`, `cuda:0`, `mps`
  public var description: String { kind == .cuda ? "cuda:\(index)" : kind.rawValue }
}
