import Probability

/// A part of a network: parameters, buffers and smaller modules, found by the names of its stored properties.
///
/// ```swift
/// final class Block: Layer {
///   let first: Linear
///   let second: Linear
///   …
/// }
/// ```
///
/// has the parameters `first.weight`, `first.bias`, `second.weight` and `second.bias`; the elements of an array
/// `layers` are `layers.0`, `layers.1` and so on. ``storedNames`` gives a property another name, for files.
public protocol Module: AnyObject, Sendable {
  /// Names in files of properties that are called otherwise in Swift.
  var storedNames: [String: String] { get }
  /// Parameters, buffers and modules directly within, each with its name; found by itself unless a module says so.
  var parts: [(name: String, part: AnyObject)] { get }
}

/// How a network is being run: to learn or to be used, and who watches.
///
/// One pass is for one thread.
public final class Pass: @unchecked Sendable {
  /// Whether layers behave as in training: dropout drops, batches are normalised by their own statistics.
  public let isTraining: Bool
  /// Where chance comes from in training.
  public var random: RandomStream
  /// Called with every layer and its output, in the order of computation.
  public var observer: ((any Module, Tensor) throws(TensorError) -> Void)?

  private init(isTraining: Bool, random: RandomStream) {
    self.isTraining = isTraining
    self.random = random
  }

  /// To use a network: nothing is left to chance.
  public static func inference(
    observer: ((any Module, Tensor) throws(TensorError) -> Void)? = nil
  ) -> Pass {
    let pass = Pass(isTraining: false, random: RandomStream(seed: 0, "inference"))
    pass.observer = observer
    return pass
  }

  /// To train a network, with a stream of chance for its layers.
  public static func training(
    _ random: RandomStream, observer: ((any Module, Tensor) throws(TensorError) -> Void)? = nil
  ) -> Pass {
    let pass = Pass(isTraining: true, random: random)
    pass.observer = observer
    return pass
  }
}

/// A module that turns one tensor into one.
public protocol Layer: Module {
  /// The output for an input. Call the layer itself, `layer(x, in: pass)`, so that observers see it.
  func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor
}

extension Layer {
  /// The output for an input.
  public func callAsFunction(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    let output = try forward(input, in: pass)
    if let observer = pass.observer { try observer(self, output) }
    return output
  }
}

extension Module {
  /// None.
  public var storedNames: [String: String] { [:] }

  /// Every parameter with its path, in the order of declaration.
  public var parameters: [(path: String, parameter: Parameter)] {
    var found: [(String, Parameter)] = []
    visit("") { path, part in if let parameter = part as? Parameter { found.append((path, parameter)) } }
    return found
  }

  /// Every buffer with its path, in the order of declaration.
  public var buffers: [(path: String, buffer: Buffer)] {
    var found: [(String, Buffer)] = []
    visit("") { path, part in if let buffer = part as? Buffer { found.append((path, buffer)) } }
    return found
  }

  /// This module, of path "", and every module within it with its path, in the order of declaration.
  public var modules: [(path: String, module: any Module)] {
    var found: [(String, any Module)] = []
    visit("") { path, part in if let module = part as? any Module { found.append((path, module)) } }
    return found
  }

  /// Number of numbers in all parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.parameter.value.count } }

  /// Moves every parameter and buffer to a device.
  public func move(to device: Device) throws(TensorError) {
    for (_, parameter) in parameters { try parameter.set(parameter.value.detached().moved(to: device)) }
    for (_, buffer) in buffers { buffer.value = try buffer.value.moved(to: device) }
  }

  /// The parts found among the stored properties, each with its path within this module.
  public var parts: [(name: String, part: AnyObject)] {
    var levels: [Mirror] = []
    var level: Mirror? = Mirror(reflecting: self)
    while let mirror = level {
      levels.append(mirror)
      level = mirror.superclassMirror
    }
    let names = storedNames
    var found: [(String, AnyObject)] = []
    for child in levels.reversed().flatMap(\.children) {
      guard let label = child.label else { continue }
      collect(child.value, names[label] ?? label, &found)
    }
    return found
  }

  private func collect(_ value: Any, _ name: String, _ found: inout [(String, AnyObject)]) {
    switch value {
    case let module as any Module: found.append((name, module))
    case let parameter as Parameter: found.append((name, parameter))
    case let buffer as Buffer: found.append((name, buffer))
    default:
      let mirror = Mirror(reflecting: value)
      switch mirror.displayStyle {
      case .optional:
        if let wrapped = mirror.children.first { collect(wrapped.value, name, &found) }
      case .collection:
        for (index, element) in mirror.children.enumerated() {
          collect(element.value, "\(name).\(index)", &found)
        }
      default: break
      }
    }
  }

  private func visit(_ path: String, _ body: (String, AnyObject) -> Void) {
    body(path, self)
    for (name, part) in parts {
      let inner = path.isEmpty ? name : "\(path).\(name)"
      if let module = part as? any Module { module.visit(inner, body) } else { body(inner, part) }
    }
  }
}
