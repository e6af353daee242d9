import CZlib

/// Compressed bytes, through zlib.
enum Gzip {
  /// Whether the bytes begin as a gzip file does.
  static func isCompressed(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// The contents of a gzip file; several members follow one another.
  static func inflate(_ bytes: [UInt8], path: String) throws(FileError) -> [UInt8] {
    var result: [UInt8] = []
    var start = 0
    while start < bytes.count {
      start += try inflate(bytes[start...], windowBits: 31, into: &result, path: path)
      if bytes[start...].allSatisfy({ $0 == 0 }) { break }  // padding after the last member
    }
    return result
  }

  /// The contents of a raw deflate stream, as in zip archives; more than `limit` bytes are refused.
  static func inflateRaw(_ bytes: ArraySlice<UInt8>, limit: Int, path: String) throws(FileError) -> [UInt8] {
    var result: [UInt8] = []
    _ = try inflate(bytes, windowBits: -15, into: &result, limit: limit, path: path)
    return result
  }

  /// Appends one stream's contents and returns how many compressed bytes it took. Memory grows with what arrives.
  private static func inflate(
    _ bytes: ArraySlice<UInt8>, windowBits: Int32, into result: inout [UInt8], limit: Int = .max, path: String
  ) throws(FileError) -> Int {
    var stream = z_stream()
    guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw FileError(.unreadable, path, "zlib cannot be started")
    }
    defer { inflateEnd(&stream) }
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var status = Z_OK
    var consumed = 0
    while status == Z_OK {
      let before = consumed
      var produced = 0
      bytes.withUnsafeBufferPointer { input in
        chunk.withUnsafeMutableBufferPointer { output in
          let most = min(input.count - consumed, 1 << 30)
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
          stream.avail_in = UInt32(most)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          status = CZlib.inflate(&stream, Z_NO_FLUSH)
          produced = output.count - Int(stream.avail_out)
          consumed += most - Int(stream.avail_in)
        }
      }
      guard produced <= limit - result.count else {
        throw FileError(
          .damaged, path, at: "byte \(bytes.startIndex)",
          "the compressed data hold more than they are said to",
          expected: "\(limit) bytes", remedy: "fetch or copy it again")
      }
      result.append(contentsOf: chunk[..<produced])
      if status == Z_BUF_ERROR || (status == Z_OK && produced == 0 && consumed == before) { break }
    }
    guard status == Z_STREAM_END else {
      let offset = bytes.startIndex + consumed
      let reason =
        consumed >= bytes.count
        ? "the compressed data end early"
        : stream.msg.map { String(cString: $0) } ?? "the compressed data are damaged"
      throw FileError(
        .damaged, path, at: "byte \(offset)", reason, expected: "a complete compressed file",
        remedy: "fetch or copy it again")
    }
    return consumed
  }

  /// Raw deflate, for zip archives.
  static func deflateRaw(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    precondition(
      deflateInit2_(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK,
      "zlib cannot be started")
    defer { deflateEnd(&stream) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var consumed = 0
    var status = Z_OK
    while status != Z_STREAM_END {
      bytes.withUnsafeBufferPointer { input in
        chunk.withUnsafeMutableBufferPointer { output in
          let most = min(input.count - consumed, 1 << 30)
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
          stream.avail_in = UInt32(most)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          status = deflate(&stream, consumed + most == input.count ? Z_FINISH : Z_NO_FLUSH)
          consumed += most - Int(stream.avail_in)
        }
      }
      result.append(contentsOf: chunk[..<(chunk.count - Int(stream.avail_out))])
    }
    return result
  }

  /// The checksum of zip archives.
  static func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
    let contents = Array(bytes)
    return contents.withUnsafeBufferPointer { buffer in
      var sum = crc32(0, nil, 0)
      var start = 0
      while start < buffer.count {
        let part = min(buffer.count - start, 1 << 30)
        sum = crc32(sum, buffer.baseAddress! + start, UInt32(part))
        start += part
      }
      return UInt32(sum)
    }
  }
}
