/// Python's pickle files, read as data: nothing of them is ever executed.
///
/// Plain values, NumPy's arrays and numbers are read, of protocols 0 to 5. Any other class is refused by name.
public enum Pickle {
  /// A value of a pickle file.
  public enum Value: Sendable, Hashable {
    /// `None`
    case none
    /// `True` or `False`
    case truth(Bool)
    /// `int`
    case integer(Int)
    /// `float`, also a NumPy number
    case number(Double)
    /// `str`
    case text(String)
    /// `bytes` or `bytearray`, also a string of Python 2 that is not UTF-8
    case bytes([UInt8])
    /// `list`
    case list([Value])
    /// `tuple`
    case tuple([Value])
    /// `set` or `frozenset`, in the file's order
    case set([Value])
    /// `dict` or `OrderedDict`, in the order of insertion
    case dictionary([Entry])
    /// A NumPy array, or a PyTorch tensor
    case array(NumericArray)

    /// The value of a text key; `nil` when this is no dictionary or it has no such key.
    public subscript(key: String) -> Value? {
      guard case .dictionary(let entries) = self else { return nil }
      return entries.first { $0.key == .text(key) }?.value
    }
  }

  /// A key and its value.
  public struct Entry: Sendable, Hashable {
    /// The key.
    public var key: Value
    /// Its value.
    public var value: Value

    /// A key and its value.
    public init(key: Value, value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// Reads a file, plain or compressed with gzip.
  ///
  /// - Throws: ``FileError``.
  public static func read(_ path: String) throws(FileError) -> Value {
    let bytes = try FileBytes.read(path)
    return try decode(Gzip.isCompressed(bytes) ? Gzip.inflate(bytes, path: path) : bytes, path: path)
  }

  /// Reads the bytes of a file.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Value {
    var machine = PickleMachine(bytes, path: path)
    return try machine.run()
  }
}
