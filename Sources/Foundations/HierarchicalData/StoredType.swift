import CHDF5
import NeuralData

/// What a dataset or an attribute holds, and the type in memory to read it into.
enum StoredType {
  case numbers(NumericType)
  /// Text of a fixed number of bytes each, or of any length (`nil`).
  case text(bytes: Int?)
  /// Runs of numbers of different length.
  case ragged(NumericType)
  case references
  case other(String)

  /// What a stored type holds.
  init(_ stored: hid_t) {
    switch H5Tget_class(stored) {
    case H5T_STRING:
      self = .text(bytes: H5Tis_variable_str(stored) > 0 ? nil : H5Tget_size(stored))
    case H5T_VLEN:
      let base = H5Tget_super(stored)
      defer { H5Tclose(base) }
      self = Self.numericType(base).map { .ragged($0) } ?? .other("runs of other things than numbers")
    case H5T_REFERENCE:
      self = H5Tequal(stored, chdf5_reference()) > 0 ? .references : .other("references to regions")
    default:
      self = Self.numericType(stored).map { .numbers($0) } ?? .other("compound or opaque values")
    }
  }

  private static func numericType(_ stored: hid_t) -> NumericType? {
    let size = H5Tget_size(stored)
    switch H5Tget_class(stored) {
    case H5T_INTEGER:
      let isSigned = H5Tget_sign(stored) == H5T_SGN_2
      switch size {
      case 1: return isSigned ? .int8 : .uint8
      case 2: return isSigned ? .int16 : .uint16
      case 3...4: return isSigned ? .int32 : .uint32
      case 5...8: return isSigned ? .int64 : .uint64
      default: return nil
      }
    case H5T_FLOAT: return size <= 4 ? .float32 : .float64  // half precision widens
    case H5T_ENUM:
      let base = H5Tget_super(stored)
      defer { H5Tclose(base) }
      guard let type = numericType(base) else { return nil }
      return type == .int8 && isTruth(stored) ? .bool : type
    case H5T_COMPOUND:
      guard H5Tget_nmembers(stored) == 2 else { return nil }
      var parts: [NumericType?] = []
      for index in 0..<UInt32(2) {
        let member = H5Tget_member_type(stored, index)
        defer { H5Tclose(member) }
        parts.append(H5Tget_class(member) == H5T_FLOAT ? numericType(member) : nil)
      }
      guard memberName(stored, 0) == "r", memberName(stored, 1) == "i", parts[0] == parts[1] else {
        return nil
      }
      return parts[0] == .float32 ? .complex64 : parts[0] == .float64 ? .complex128 : nil
    default: return nil
    }
  }

  /// Truth values as Python writes them.
  private static func isTruth(_ stored: hid_t) -> Bool {
    H5Tget_nmembers(stored) == 2 && memberName(stored, 0) == "FALSE" && memberName(stored, 1) == "TRUE"
  }

  private static func memberName(_ stored: hid_t, _ index: UInt32) -> String? {
    guard let name = H5Tget_member_name(stored, index) else { return nil }
    defer { H5free_memory(name) }
    return String(cString: name)
  }

  /// The type in memory for numbers of a type, to be closed; `stored` is what they are read from.
  static func memory(_ type: NumericType, from stored: hid_t) -> hid_t {
    let numeric = H5Tget_class(stored)
    if numeric == H5T_ENUM || numeric == H5T_COMPOUND { return H5Tget_native_type(stored, H5T_DIR_DEFAULT) }
    return H5Tcopy(plain(type))
  }

  /// The library's own type of plain numbers.
  static func plain(_ type: NumericType) -> hid_t {
    switch type {
    case .int8: chdf5_int8()
    case .int16: chdf5_int16()
    case .int32: chdf5_int32()
    case .int64: chdf5_int64()
    case .bool, .uint8: chdf5_uint8()
    case .uint16: chdf5_uint16()
    case .uint32: chdf5_uint32()
    case .uint64: chdf5_uint64()
    case .float32: chdf5_float()
    case .float64: chdf5_double()
    case .float16, .bfloat16, .complex64, .complex128:
      preconditionFailure("HDF5: \(type.rawValue) is no plain type of numbers")
    }
  }
}
