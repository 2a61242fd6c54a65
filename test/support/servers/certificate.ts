/**
 * A self-signed certificate for smtp.example.org and 0.0.0.0, good until 2126 and for tests alone;
 * made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500
 * -subj /CN=smtp.example.org -addext subjectAltName=DNS:smtp.example.org,IP:0.0.0.0`.
 */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBsDCCAVagAwIBAgIUc8bKpjbzBJLqlnyUszhaNuRp+2IwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc210cC5leGFtcGxlLm9yZzAgFw0yNjExMjIxOTIzNDRaGA8y
MTI2MTAyOTE5MjM0NFowGzEZMBcGA1UEAwwQc210cC5leGFtcGxlLm9yZzBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABL3+ieLnTX1dlAdIPfb4Vy12163UVSHAI+/6
6fivptkvtojhMEv4mhRFPVAwoW0Ne9sUV0Z1vX2u9DywHUf2WvajdjB0MB0GA1Ud
DgQWBBSGBLs+EChTbCulUMYL9q03s33x3zAfBgNVHSMEGDAWgBSGBLs+EChTbCul
UMYL9q03s33x3zAPBgNVHRMBAf8EBTADAQH/MCEGA1UdEQQaMBiCEHNtdHAuZXhh
bXBsZS5vcmeHBAAAAAAwCgYIKoZIzj0EAwIDSAAwRQIhAL430zHCMRT27TLLgslZ
isT/ODArS7X0Rp3abLkjC8LOAiB5ujMKUAISAw0yHn0VPvf0PwU8Y//3Q/Wm6dCP
1et2Yw==
-----END CERTIFICATE-----
`;

/** Its key. */
export const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgg4G6+r7jHvmH7jcV
X+5yx5s+Lq9XjQNGO0oPcVfrF1uhRANCAAS9/oni5019XZQHSD32+Fctdtet1FUh
wCPv+un4r6bZL7aI4TBL+JoURT1QMKFtDXvbFFdGdb19rvQ8sB1H9lr2
-----END PRIVATE KEY-----
`;
