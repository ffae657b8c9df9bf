import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../../auth/decorators.js';
import { Readiness } from './readiness.js';

const OK = { 'text/plain': { schema: { type: 'string', example: 'OK' } } } as const;

/** For orchestrators: does the process live, and can it do its work? */
@ApiTags('Health')
@Public()
@Controller()
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('healthz')
  @Header('Content-Type', 'text/plain; charset=UTF-8')
  @ApiOperation({ summary: 'The process is alive' })
  @ApiResponse({ status: 200, description: 'Alive.', content: OK })
  alive(): string {
    return 'OK';
  }

  @Get(['readyz', 'healthcheck'])
  @Header('Content-Type', 'text/plain; charset=UTF-8')
  @ApiOperation({ summary: 'The process and everything it depends on can serve requests' })
  @ApiResponse({ status: 200, description: 'Ready.', content: OK })
  @ApiResponse({
    status: 503,
    description:
      'The database or the default store does not answer, migrations are missing, or the process is being stopped.',
  })
  async ready(): Promise<string> {
    await this.readiness.verify();
    return 'OK';
  }
}
