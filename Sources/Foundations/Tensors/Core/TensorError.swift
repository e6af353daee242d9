import NeuralData

/// An operation on tensors that cannot be done; the description is one line with its name and its operands' shapes.
public struct TensorError: ReportableError, Hashable {
  /// What sort of trouble it is.
  public enum Kind: String, Sendable, Hashable {
    /// LibTorch is not installed.
    case libraryMissing
    /// The operands do not fit the operation or one another.
    case operation
    /// There is not enough memory.
    case outOfMemory
    /// The operation does not exist for this type or device.
    case unsupported
    /// A number is infinite or not a number.
    case notFinite
    /// Named tensors do not fit a module.
    case mismatched
    /// There is no such device.
    case deviceMissing
  }

  /// What sort of trouble it is.
  public var kind: Kind
  /// The operation's name.
  public var operation: String
  /// Type, shape and device of each operand.
  public var operands: [String]
  /// What is wrong.
  public var reason: String
  /// What to do.
  public var remedy: String?

  /// Trouble with an operation.
  public init(
    _ kind: Kind, _ operation: String, _ reason: String, operands: [String] = [], remedy: String? = nil
  ) {
    self.kind = kind
    self.operation = operation
    self.reason = reason
    self.operands = operands
    self.remedy = remedy
  }

  /// By its kind.
  public var blame: Blame {
    switch kind {
    case .libraryMissing, .deviceMissing: .missing
    case .operation, .outOfMemory, .unsupported: .request
    case .notFinite, .mismatched: .data
    }
  }

  /// `operation of operands: reason; remedy`
  public var description: String {
    var text = operation
    if !operands.isEmpty { text += " of " + operands.joined(separator: " and ") }
    text += ": \(reason)"
    if kind == .outOfMemory { text += "; use smaller batches or a smaller network" }
    if let remedy { text += "; \(remedy)" }
    return text
  }
}
