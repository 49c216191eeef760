extension String {
    /// Every byte is a character: those from 0x80 to 0x9F by the table of the encoding (https://encoding.spec.whatwg.org/index-windows-1252.txt),
    /// all others as in Latin-1.
    init(windows1252 bytes: some Sequence<UInt8>) {
        self.init()
        for byte in bytes {
            let value = (0x80...0x9F).contains(byte) ? Self.windows1252[Int(byte) - 0x80] : UInt16(byte)
            if let scalar = Unicode.Scalar(value) { unicodeScalars.append(scalar) }
        }
    }

    private static let windows1252: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D,
        0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x009D, 0x017E, 0x0178,
    ]
}
