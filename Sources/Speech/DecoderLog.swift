import CPocketsphinx

/// pocketsphinx's log, which is one for the whole process and on standard error unless it is turned off.
///
/// It is turned off once and for all, rather than sent to a file by each decoder's `-logfn`: every decoder that is made would close the
/// file of the one before while others write to it, which corrupts the heap.
enum DecoderLog {
    /// To be named before anything else is asked of the library.
    static let off: Void = err_set_logfp(nil)
}
