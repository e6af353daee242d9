import CTensors
import NeuralData

/// The library that computes: which version is there, on which devices, with how many threads.
///
/// It is loaded when the first tensor is made. Where it is missing, everything that needs it throws a
/// ``TensorError`` of kind ``TensorError/Kind/libraryMissing``, and the rest of a program works.
public enum LibTorch {
  /// Whether the library can be loaded.
  public static var isAvailable: Bool { loaded.functions != nil }

  /// Its version, such as `2.15.0`; `nil` when it is missing.
  public static var version: String? { loaded.functions.map { String(cString: $0.pointee.version()!) } }

  /// Why it is missing; `nil` when it is there.
  public static var problem: TensorError? { loaded.problem }

  /// Number of tensors that Swift holds at this moment.
  public static var liveTensors: Int { loaded.functions.map { Int($0.pointee.live_count()) } ?? 0 }

  /// Threads inside one operation; 1 unless set.
  ///
  /// Sums inside an operation are divided among its threads, so that rounding depends on their number. With the
  /// default of 1 a seed fixes every result; use more than one thread by running independent work in parallel, or
  /// set this to a fixed number, whatever the machine has.
  public static var operationThreads: Int {
    get { loaded.functions.map { Int($0.pointee.threads()) } ?? 1 }
    set {
      precondition(newValue >= 1, "operationThreads must be at least 1")
      loaded.functions?.pointee.set_threads(Int32(clamping: newValue))
    }
  }

  struct Loaded: @unchecked Sendable {
    var functions: UnsafePointer<ct_functions>?
    var problem: TensorError?
  }

  static let loaded: Loaded = {
    var text = [CChar](repeating: 0, count: 1024)
    guard let functions = ct_load(&text, Int32(text.count)) else {
      let reason = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return Loaded(
        problem: TensorError(
          .libraryMissing, "LibTorch", "the library cannot be loaded (\(reason))",
          remedy:
            "run 'make tensors' in Neuropil's folder, or set NEUROPIL_LIBTORCH to the folder of an installed torch"
        ))
    }
    functions.pointee.set_threads(1)
    return Loaded(functions: functions)
  }()

  /// The library's functions.
  ///
  /// - Throws: ``TensorError`` when it is missing.
  @inline(__always)
  static func functions() throws(TensorError) -> UnsafePointer<ct_functions> {
    if let functions = loaded.functions { return functions }
    throw loaded.problem!
  }

  /// The library's functions, where a tensor shows that they are there.
  @inline(__always)
  static var present: UnsafePointer<ct_functions> { loaded.functions.unsafelyUnwrapped }

  /// What the thread's last call says of its failure.
  static func failure(_ operation: String, _ operands: [Tensor]) -> TensorError {
    let functions = present
    let kind: TensorError.Kind =
      switch Int(functions.pointee.failure_kind()) {
      case CT_OUT_OF_MEMORY: .outOfMemory
      case CT_UNSUPPORTED: .unsupported
      default: .operation
      }
    let text = String(cString: functions.pointee.failure()!)
    let line = text.split(separator: "\n").first.map(String.init) ?? "it failed"
    return TensorError(kind, operation, line, operands: operands.map(\.signature))
  }
}
