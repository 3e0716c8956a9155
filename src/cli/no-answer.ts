const CERTIFICATE_CODES = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/** Why a server gave no answer, and what helps where that is known. */
export function explainNoAnswer(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code ?? message;
  if (CERTIFICATE_CODES.includes(reason)) {
    return (
      `${reason}: Node does not know who signed the certificate. Name the file of that certificate authority in ` +
      'NODE_EXTRA_CA_CERTS and try again; that of mkcert is "$(mkcert -CAROOT)/rootCA.pem", and a self-signed ' +
      'certificate is its own'
    );
  }
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `${reason}: the certificate is for another name; use the name that it was made for`;
  }
  if (reason === 'CERT_HAS_EXPIRED') return `${reason}: make a new certificate`;
  if (reason === 'EPROTO') return `${reason}: it does not speak HTTPS there; try http://`;
  if (reason === 'ECONNREFUSED') return `${reason}: nothing listens there`;
  return reason;
}
