//! `demo`: a small pharma affiliate, made, run and shown.
