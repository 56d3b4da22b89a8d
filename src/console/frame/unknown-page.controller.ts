import { Get, NotFoundException } from '@nestjs/common';
import { ConsoleRoutes } from './console-routes.decorator.js';

/** Every other address below `/console`. */
@ConsoleRoutes('', 'signed-in')
export class UnknownPageController {
  @Get('*')
  show(): never {
    throw new NotFoundException('There is no such page in the console.');
  }
}
