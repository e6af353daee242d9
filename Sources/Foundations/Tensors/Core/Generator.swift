import CTensors
import Probability

/// A source of chance on a device, seeded from a `RandomStream`.
public final class Generator: @unchecked Sendable {
  let pointer: OpaquePointer

  /// A generator seeded by the stream's next number.
  ///
  /// - Throws: ``TensorError`` when LibTorch or the device is missing.
  public init(_ stream: inout RandomStream, on device: Device = .cpu) throws(TensorError) {
    let functions = try LibTorch.functions()
    guard let made = functions.pointee.generator(device.kind.code, Int32(device.index), stream.next()) else {
      throw LibTorch.failure("generator", [])
    }
    pointer = made
  }

  deinit { LibTorch.present.pointee.free_generator(pointer) }
}
