import { describe, expect, it } from 'vitest'
import { proxyOf, systemProxy } from '../../main/engine/system-proxy.ts'

describe('the proxy that the system names', () => {
  it('is the first way of a PAC answer that can be used', () => {
    expect(proxyOf('DIRECT')).toEqual({ way: 'direct' })
    expect(proxyOf('PROXY proxy.firma.no:8080; DIRECT')).toEqual({ way: 'proxy', url: 'http://proxy.firma.no:8080' })
    expect(proxyOf(' https proxy.firma.no:443 ;DIRECT')).toEqual({ way: 'proxy', url: 'https://proxy.firma.no:443' })
    expect(proxyOf('PROXY [::1]:3128')).toEqual({ way: 'proxy', url: 'http://[::1]:3128' })
    expect(proxyOf('DIRECT; PROXY proxy.firma.no:8080')).toEqual({ way: 'direct' })
    expect(proxyOf('SOCKS5 socks.firma.no:1080; PROXY proxy.firma.no:8080')).toEqual({ way: 'proxy', url: 'http://proxy.firma.no:8080' })
    expect(proxyOf('SOCKS socks.firma.no:1080; DIRECT')).toEqual({ way: 'direct' })
  })

  it('is told as not supported where only SOCKS is named', () => {
    expect(proxyOf('SOCKS5 socks.firma.no:1080; SOCKS socks.firma.no:1080')).toEqual({ way: 'unsupported', kinds: ['SOCKS5', 'SOCKS'] })
  })

  it('is nobody where the answer cannot be read, or holds more than host and port', () => {
    for (const pac of ['', ';;', 'PROXY', 'PROXY proxy', 'PROXY user@proxy:80', 'PROXY proxy:80/path', 'PROXY proxy:80 more', 'PROXY http://proxy:80', 'PROXY proxy:999999', 'QUIC proxy:443']) expect(proxyOf(pac)).toEqual({ way: 'direct' })
  })

  it('is asked of the shell, which may not know it, may not answer in time, and may name what nobody speaks here', async () => {
    const asked: string[] = []
    const resolve = systemProxy((url) => { asked.push(url); return Promise.resolve('PROXY proxy.firma.no:8080') })
    expect(await resolve('https://platform.altinn.no/x')).toBe('http://proxy.firma.no:8080')
    expect(asked).toEqual(['https://platform.altinn.no/x'])
    expect(await systemProxy(() => Promise.resolve(null))('https://platform.altinn.no/')).toBeNull()
    expect(await systemProxy(() => new Promise(() => undefined), 1)('https://platform.altinn.no/')).toBeNull()
    await expect(systemProxy(() => Promise.resolve('SOCKS5 s:1080'))('https://platform.altinn.no/')).rejects.toMatchObject({ code: 'PROXY_SOCKS' })
  })
})
