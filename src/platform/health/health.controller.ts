import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../../auth/decorators.js';
import { Database } from '../database/database.js';

/** For orchestrators: does the process live, and can it do its work? */
@ApiTags('Health')
@Public()
@Controller()
export class HealthController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get('healthz')
  @Header('Content-Type', 'text/plain; charset=UTF-8')
  @ApiOperation({ summary: 'The process is alive' })
  @ApiResponse({ status: 200, description: 'Alive.' })
  alive(): string {
    return 'OK';
  }

  @Get(['readyz', 'healthcheck'])
  @Header('Content-Type', 'text/plain; charset=UTF-8')
  @ApiOperation({ summary: 'The process and everything it depends on can serve requests' })
  @ApiResponse({ status: 200, description: 'Ready.' })
  @ApiResponse({ status: 503, description: 'The database does not answer.' })
  async ready(): Promise<string> {
    await this.database.read({ name: 'ready', text: 'SELECT 1', values: [] });
    return 'OK';
  }
}
