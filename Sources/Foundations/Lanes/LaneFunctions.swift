/// The sum of the sixteen numbers, by halves.
@inlinable
@inline(__always)
public func total(_ v: Lane) -> Float {
  let a = v.lowHalf + v.highHalf
  let b = a.lowHalf + a.highHalf
  let c = b.lowHalf + b.highHalf
  return c.x + c.y
}

/// exp of each number, relative error below 3·10⁻⁷; inputs are taken into [−87, 88].
///
/// The argument is reduced by whole multiples of log 2, taken off in two parts, and a polynomial of degree 5 does the
/// rest. Multiplication and addition stay separate, so that the bits are the same on every machine.
@inlinable
@inline(__always)
public func exponential(_ value: Lane) -> Lane {
  var x = value
  x.replace(with: -87, where: x .< -87)
  x.replace(with: 88, where: x .> 88)
  // Adding 1.5·2²³ leaves the nearest whole number in the low bits.
  let shifted = x * Lane(repeating: 1.442695) + Lane(repeating: 12_582_912)
  let whole = shifted - Lane(repeating: 12_582_912)
  let r = (x - whole * Lane(repeating: 0.693359375)) + whole * Lane(repeating: 2.1219444e-4)
  var p = Lane(repeating: 1.9875691500e-4)
  p = p * r + Lane(repeating: 1.3981999507e-3)
  p = p * r + Lane(repeating: 8.3334519073e-3)
  p = p * r + Lane(repeating: 4.1665795894e-2)
  p = p * r + Lane(repeating: 1.6666665459e-1)
  p = p * r + Lane(repeating: 5.0000001201e-1)
  let mantissa = p * (r * r) + r + Lane(repeating: 1)
  let power = (unsafeBitCast(shifted, to: SIMD16<Int32>.self) &+ 127) &<< 23
  return mantissa * unsafeBitCast(power, to: Lane.self)
}
